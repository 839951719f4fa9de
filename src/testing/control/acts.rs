//! What a test does in the place of users and clients.

use crate::issuer::Reply;
use crate::issuer::config::plain::{objects, parts};
use crate::json::ObjectWriter;
use crate::testing::acts::sign_in::SignIn;
use crate::testing::acts::tokens::{NoTokens, TokensFor};
use crate::testing::control::body;
use crate::testing::control::call::Call;
use crate::testing::control::reply::{done, json};
use crate::testing::control_error::ControlError;
use crate::testing::controlled::Controlled;

/// The path of [`tokens`].
pub(super) const TOKENS: &str = "tokens";

parts!(TokensFor = Self::default();
    needs client,
    takes user,
    takes by_instance,
    takes scope,
    takes resources,
    takes authorization_details,
    takes nonce,
    takes auth_time,
    takes acr,
    takes jkt,
);
objects!(TokensFor);

/// Gives tokens without a flow.
pub(super) fn tokens(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    controlled.tokens_asking(&body::read(call)?, call.asked, call.host)
}

parts!(SignIn = Self::default();
    needs user,
    takes acr,
);
objects!(SignIn);

/// Signs a user in, and gives the cookies for a browser: their members are called as Playwright's and
/// WebDriver's are.
pub(super) fn sign_in(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    let session = controlled.sign_in(&body::read(call)?, call.host)?;
    let mut object = ObjectWriter::new();
    let cookie = session.map(|session| {
        let mut cookie = ObjectWriter::new();
        cookie
            .string("name", &session.name)
            .string("value", &session.value)
            .string("path", &session.path)
            .boolean("httpOnly", true)
            .boolean("secure", session.secure)
            .string("sameSite", "Lax");
        cookie.finish()
    });
    object.raw("cookies", &format!("[{}]", cookie.unwrap_or_default()));
    Ok(json(object.finish()))
}

/// What is decided about a device.
#[derive(Clone, Debug, Default)]
struct Approval {
    user_code: String,
    user: Option<String>,
    deny: bool,
}

parts!(Approval = Self::default();
    needs user_code,
    takes user,
    takes deny,
);
objects!(Approval);

/// Approves or denies a device.
pub(super) fn approve(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    let Approval { user_code, user, deny } = body::read(call)?;
    if deny == user.is_some() {
        let problem = "expected the \"user\" who approves, or \"deny\": true, and not both";
        return Err(ControlError::at(body::PATH, problem).into());
    }
    controlled.approve(&user_code, user.as_deref(), call.host)?;
    Ok(done())
}

/// Which token is to expire.
#[derive(Clone, Default)]
struct Expired {
    token: String,
}

parts!(Expired = Self::default();
    needs token,
);
objects!(Expired);

/// Lets a token expire, and says what it was.
pub(super) fn expire(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    let Expired { token } = body::read(call)?;
    let mut object = ObjectWriter::new();
    object.string("expired", controlled.expire(&token)?.name());
    Ok(json(object.finish()))
}

/// Whose tokens end.
#[derive(Clone, Debug, Default)]
struct Revoked {
    user: Option<String>,
    client: Option<String>,
}

parts!(Revoked = Self::default();
    takes user,
    takes client,
);
objects!(Revoked);

/// Ends everything, or everything of a user or of a client.
pub(super) fn revoke_all(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    let Revoked { user, client } = body::read(call)?;
    if user.is_some() && client.is_some() {
        let problem = "expected a \"user\", a \"client\", or neither for everybody";
        return Err(ControlError::at(body::PATH, problem).into());
    }
    controlled.revoke_all(user.as_deref(), client.as_deref())?;
    Ok(done())
}
