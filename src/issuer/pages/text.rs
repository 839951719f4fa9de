//! The texts of the pages, in each language.

use crate::issuer::wire::language::Language;
use crate::issuer::wire::refusal::Refusal;

/// All texts of the pages. A sentence with a name inside is in two pieces.
pub(super) struct Text {
    pub(super) sign_in: &'static str,
    pub(super) sign_in_to: &'static str,
    pub(super) to_continue: &'static str,
    pub(super) username: &'static str,
    pub(super) password: &'static str,
    pub(super) cancel: &'static str,
    pub(super) allow_access: &'static str,
    pub(super) allow_access_of: [&'static str; 2],
    /// The text after the name of the application, and the text after the name of the user.
    pub(super) asks: [&'static str; 2],
    pub(super) device_shows: &'static str,
    pub(super) will: &'static str,
    pub(super) use_scope: &'static str,
    pub(super) in_detail: &'static str,
    pub(super) allow: &'static str,
    pub(super) deny: &'static str,
    pub(super) connect: &'static str,
    pub(super) connect_hint: &'static str,
    pub(super) code: &'static str,
    pub(super) go_on: &'static str,
    pub(super) no_such_device: &'static str,
    pub(super) connected: [&'static str; 2],
    pub(super) refused: [&'static str; 2],
    pub(super) sign_out: &'static str,
    pub(super) sign_out_title: &'static str,
    pub(super) stay: &'static str,
    pub(super) stayed: &'static str,
    pub(super) signed_in_as: [&'static str; 2],
    pub(super) signed_out: &'static str,
    pub(super) close: &'static str,
    pub(super) going_back: &'static str,
    pub(super) going_back_hint: [&'static str; 2],
    pub(super) failed: &'static str,
    pub(super) error: &'static str,
    pub(super) request: &'static str,
    pub(super) sent: &'static str,
    pub(super) configuration: &'static str,
    pub(super) index: &'static str,
    pub(super) issuers: &'static str,
    pub(super) every_client: &'static str,
    pub(super) users: &'static str,
    pub(super) users_hint: &'static str,
    /// What each scope means to a user.
    scopes: [(&'static str, &'static str); 6],
}

impl Text {
    /// The texts in this language.
    pub(super) fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &ENGLISH,
            Language::Chinese => &CHINESE,
        }
    }

    /// What a scope means to a user; none for scopes of the instance's own.
    pub(super) fn scope(&self, scope: &str) -> Option<&'static str> {
        self.scopes.iter().find(|(name, _)| *name == scope).map(|(_, sentence)| *sentence)
    }
}

static ENGLISH: Text = Text {
    sign_in: "Sign in",
    sign_in_to: "Sign in to ",
    to_continue: "to continue to ",
    username: "Username",
    password: "Password",
    cancel: "Cancel",
    allow_access: "Allow access?",
    allow_access_of: ["Allow ", " access?"],
    asks: [" asks for access to your account. You are signed in as ", "."],
    device_shows: "Allow this only if your device shows this code now:",
    will: "It will be able to:",
    use_scope: "use ",
    in_detail: "do what this says: ",
    allow: "Allow",
    deny: "Deny",
    connect: "Connect a device",
    connect_hint: "Enter the code that your device shows, or check that it shows the same.",
    code: "Code",
    go_on: "Continue",
    no_such_device: "There is no device with this code. Please check what it shows.",
    connected: ["Device connected", "You can close this page and go on at your device."],
    refused: ["Device refused", "The device gets no access. You can close this page."],
    sign_out: "Sign out",
    sign_out_title: "Sign out?",
    stay: "Stay signed in",
    stayed: "Still signed in",
    signed_in_as: ["You are signed in as ", "."],
    signed_out: "Signed out",
    close: "You can close this page.",
    going_back: "Going back",
    going_back_hint: ["You are being sent back to ", ". If nothing happens, press the button."],
    failed: "This did not work",
    error: "Error",
    request: "request",
    sent: ". Sent: ",
    configuration: "Configuration: ",
    index: "Token issuer",
    issuers: "Issuers and their metadata (discovery)",
    every_client: "For every client:",
    users: "Users",
    users_hint: "Who can sign in. The passwords are in the configuration; those of the ready example \
                 are printed at its start.",
    scopes: [
        ("openid", "know who you are"),
        ("profile", "see your name and profile"),
        ("email", "see your email address"),
        ("phone", "see your phone number"),
        ("address", "see your postal address"),
        ("offline_access", "keep this access while you are away"),
    ],
};

static CHINESE: Text = Text {
    sign_in: "登录",
    sign_in_to: "登录 ",
    to_continue: "继续访问 ",
    username: "用户名",
    password: "密码",
    cancel: "取消",
    allow_access: "允许访问？",
    allow_access_of: ["允许 ", " 访问？"],
    asks: [" 请求访问您的账号。当前登录用户：", "。"],
    device_shows: "仅当您的设备此刻正显示以下代码时，才允许访问：",
    will: "它将能够：",
    use_scope: "使用 ",
    in_detail: "执行以下内容：",
    allow: "允许",
    deny: "拒绝",
    connect: "连接设备",
    connect_hint: "请输入设备上显示的代码，或确认设备显示的代码与此一致。",
    code: "代码",
    go_on: "继续",
    no_such_device: "没有设备使用此代码，请核对设备上显示的内容。",
    connected: ["设备已连接", "您可以关闭此页面，回到设备上继续。"],
    refused: ["已拒绝设备", "该设备未获得访问权限。您可以关闭此页面。"],
    sign_out: "退出登录",
    sign_out_title: "退出登录？",
    stay: "保持登录",
    stayed: "仍保持登录",
    signed_in_as: ["当前登录用户：", "。"],
    signed_out: "已退出登录",
    close: "您可以关闭此页面。",
    going_back: "正在返回",
    going_back_hint: ["正在返回 ", "。如果没有反应，请点击按钮。"],
    failed: "操作未成功",
    error: "错误",
    request: "请求",
    sent: " 收到：",
    configuration: "配置：",
    index: "令牌签发服务",
    issuers: "签发者（issuer）及其元数据（discovery）",
    every_client: "适用于所有客户端：",
    users: "用户",
    users_hint: "可以登录的用户。密码见配置；现成示例的密码在启动时打印。",
    scopes: [
        ("openid", "获知您的身份"),
        ("profile", "查看您的姓名和个人资料"),
        ("email", "查看您的邮箱地址"),
        ("phone", "查看您的手机号"),
        ("address", "查看您的通信地址"),
        ("offline_access", "在您离开后继续访问"),
    ],
};

/// The sentence for a refusal in this language; none if there is only the English description.
/// Refusals that only developers see are not translated.
pub(super) fn refusal(refusal: &Refusal, language: Language) -> Option<String> {
    if language == Language::English {
        return None;
    }
    Some(
        match refusal {
            Refusal::Throttled(seconds) => {
                return Some(format!("尝试次数过多，请在 {seconds} 秒后重试。"));
            }
            Refusal::PasswordWrong => "用户名或密码错误。",
            Refusal::UserDisabled => "该用户已被停用。",
            Refusal::ApplicationDisabled | Refusal::ClientDisabled => "该应用已被停用。",
            Refusal::CookieTwice(name) => {
                return Some(format!(
                    "浏览器发送了两个名为 {name} 的 Cookie，无法判断哪一个有效：请删除此网站的 Cookie 后重新开始。"
                ));
            }
            Refusal::FormStale => "页面已过期、已被更改，或相关的会话或请求已结束，请返回并重新开始。",
            Refusal::HostUnknown => "请求所指的主机不在配置的 allowedHosts 之中。",
            Refusal::FormFromElsewhere => "该表单不是从此浏览器的此页面提交的。",
            Refusal::ApplicationUnknown(_) | Refusal::ClientUnknown => "应用不存在。",
            Refusal::ClientOther => "路径、client_id、凭据与 id_token_hint 所指的应用不一致。",
            Refusal::ParameterMissing(name) => return Some(format!("缺少参数 {name}。")),
            Refusal::RedirectUriMissing => "缺少参数 redirect_uri。",
            Refusal::RedirectUriUnregistered => {
                "redirect_uri 无效：必须与应用登记的某个地址完全一致。"
            }
            Refusal::LogoutUriUnregistered => {
                "post_logout_redirect_uri 无效：必须与应用登记的某个地址完全一致。"
            }
            Refusal::LogoutClientMissing => {
                "post_logout_redirect_uri 属于某个应用：请同时发送 id_token_hint 或 client_id。"
            }
            Refusal::IdTokenHintMalformed => "id_token_hint 不是由此服务签发的 id_token，或其密钥已不再保留。",
            Refusal::ClientDocumentRefused(problem) => {
                return Some(format!("client_id 是一个 URL，但无法使用其文档：{problem}"));
            }
            Refusal::RequestUriUnknown => "request_uri 无效、已使用或已不再保留。",
            Refusal::StoreFull => "此类记录已达上限（总数，或该用户、应用或来源的份额），请稍后重试。",
            _ => return None,
        }
        .to_owned(),
    )
}
