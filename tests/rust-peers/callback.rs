//! Reads what the browser comes back with. The crate has no function for that and says what has to be compared.

use openidconnect::url::Url;
use openidconnect::{AuthorizationCode, CsrfToken};

use crate::Refused;

/// The code of a callback whose state is the one that was sent.
///
/// # Errors
/// Fails without a code and for another state.
pub fn code(callback: &str, state: &CsrfToken) -> Result<AuthorizationCode, Refused> {
    let refused = |reason: &str| Refused::new("callback", reason);
    let url = Url::parse(callback).map_err(|_| refused("it is no URL"))?;
    let value = |name: &str| {
        let pair = url.query_pairs().find(|(other, _)| other == name);
        pair.map(|(_, value)| value.into_owned())
    };
    if value("state").as_ref() != Some(state.secret()) {
        return Err(refused("the state is another one"));
    }
    let code = value("code").ok_or_else(|| refused("there is no code"))?;
    Ok(AuthorizationCode::new(code))
}
