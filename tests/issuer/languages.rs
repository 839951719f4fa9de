//! Pages in English and Chinese: OpenID Connect Core section 3.1.2.1 (`ui_locales`), RFC 9110
//! section 12.5.4 (`Accept-Language`).

use eiam_token::http::{HttpRequest, HttpResponse};

use crate::support::*;

#[track_caller]
fn chinese(response: &HttpResponse, words: &str) {
    let html = text(response);
    assert!(html.starts_with("<!doctype html><html lang=\"zh-CN\">"), "{html}");
    assert!(html.contains(words), "{html}");
    assert_eq!(response.headers.value("content-language"), Some("zh-CN"));
}

#[test]
fn oidc_core_section_3_1_2_1_ui_locales_on_every_page_of_a_request() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let request = changed(web_request(), "ui_locales", "fr zh-CN en");
    let page = browser.authorize(&mut server, WEB, &request);
    chinese(&page, "用户名");
    assert!(text(&page).contains("<title>登录 Example web app</title>"));
    let wrong = [("username", "alice"), ("password", "x")];
    let again = browser.submit(&mut server, &page, &wrong);
    chinese(&again, "用户名或密码错误。");
    let question = browser.login(&mut server, &again);
    chinese(&question, "查看您的邮箱地址");
    for word in ["Sign", "Allow", "see your"] {
        assert!(!text(&question).contains(word), "{word}");
    }
    // English, though the browser wants Chinese.
    let english = changed(web_request(), "ui_locales", "en-GB");
    let url = format!("{}?{}", WEB.page("authorize"), encode(&english));
    let page = server.send(&HttpRequest::get(url).header("accept-language", "zh-CN"));
    assert!(text(&page).contains("<html lang=\"en\">"));
}

#[test]
fn rfc_9110_section_12_5_4_accept_language() {
    let mut server = Server::new();
    let mut get = |url: &str| {
        server.send(&HttpRequest::get(url).header("accept-language", "zh-CN,zh;q=0.9,en;q=0.1"))
    };
    let request = web_request();
    chinese(&get(&format!("{}?{}", WEB.page("authorize"), encode(&request))), "密码");
    chinese(&get(&DEVICE.page("device")), "连接设备");
    chinese(&get(&WEB.page("logout")), "已退出登录");
    let error = get(&WEB.page("authorize"));
    chinese(&error, "缺少参数 client_id");
    page_refused(&error, 400, "invalid_request");
    // What only programmers meet is in English, and marked so.
    let method = get(&WEB.page("login"));
    chinese(&method, "<p id=\"error_description\" role=\"alert\" lang=\"en\">This endpoint");
}

#[test]
fn a_device_and_signing_out_keep_the_language() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let start = ok(&server.post(&DEVICE.api("device/code"), &[]));
    let url = format!("{}?ui_locales=zh", DEVICE.page("device"));
    let page = browser.get(&mut server, &url);
    chinese(&page, "name=\"ui_locales\" value=\"zh-CN\"");
    let wrong = [("user_code", "BBBB-BBBB"), ("ui_locales", "zh-CN")];
    chinese(&browser.submit(&mut server, &page, &wrong), "没有设备使用此代码");
    let right = [("user_code", member(&start, "user_code")), ("ui_locales", "zh-CN")];
    let login = browser.submit(&mut server, &page, &right);
    chinese(&login, "登录");
    let question = browser.login(&mut server, &login);
    chinese(&question, "仅当您的设备");
    let done = browser.submit(&mut server, &question, &[("decision", "allow")]);
    chinese(&done, "设备已连接");

    let url = format!("{}?ui_locales=zh-Hans", WEB.page("logout"));
    let page = browser.get(&mut server, &url);
    chinese(&page, "退出登录？");
    chinese(&browser.submit(&mut server, &page, &[]), "已退出登录");
}

#[test]
fn form_post_in_chinese() {
    let mut server = Server::new();
    let mut browser = Browser::default();
    let request = changed(spa_request(), "response_mode", "form_post");
    let request = changed(request, "ui_locales", "zh");
    let page = browser.authorize(&mut server, SPA, &request);
    chinese(&browser.login(&mut server, &page), "正在返回");
}
