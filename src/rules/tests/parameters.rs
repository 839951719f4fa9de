//! Which parameters a request may have beside those of its plan.

use super::refusal::{Refusal, refusal_of};
use crate::rules::reason::Reason;
use crate::rules::request::{self, AUTHORIZATION, Identity, Method, REFRESH_TOKEN};
use crate::rules::table::Table;

fn write(plan: Table<'_>, values: &[&str]) -> Result<String, Refusal> {
    let identity =
        Identity { client_id: b"app", method: Method::None, secret: b"", lacks_portal: false };
    let (mut scratch, mut sink) = (Vec::new(), Vec::new());
    let values = values.iter().map(|value| value.as_bytes());
    let url = b"https://as.example/x";
    let written = request::write(plan, url, &identity, values, &mut scratch, &mut sink);
    written.map_err(|failure| refusal_of(failure, sink.clone()))?;
    Ok(String::from_utf8(sink).unwrap())
}

/// The values of an authorization request without anything that may be missing, and then these.
fn authorization(more: &[&str]) -> Result<String, Refusal> {
    let values = ["https://app.example/cb", "", "S1", "", "C1", "S256"];
    write(AUTHORIZATION, &[values.as_slice(), more].concat())
}

const BEGINNING: &str = "https://as.example/x?response_type=code&client_id=app\
    &redirect_uri=https%3A%2F%2Fapp.example%2Fcb&state=S1&code_challenge=C1&code_challenge_method=S256";

/// OpenID Connect Core section 3.1.2.1.
#[test]
fn an_authorization_request_has_the_parameters_of_openid_connect() {
    let written = authorization(&[
        "login",
        "a@b.example",
        "0",
        "form_post",
        "zh-CN en",
        "urn:a",
        "{\"id_token\":{}}",
        "page",
    ]);
    let expected = "&prompt=login&login_hint=a%40b.example&max_age=0&response_mode=form_post\
        &ui_locales=zh-CN+en&acr_values=urn%3Aa&claims=%7B%22id_token%22%3A%7B%7D%7D&display=page\0";
    assert_eq!(written, Ok(format!("{BEGINNING}{expected}")));
}

#[test]
fn a_parameter_that_is_not_given_may_be_an_extra_one() {
    let none = [""; 8];
    let written = authorization(&[none.as_slice(), &["prompt", "none"]].concat());
    assert_eq!(written, Ok(format!("{BEGINNING}&prompt=none\0")));
    let given = ["login", "", "", "", "", "", "", ""];
    let refused = authorization(&[given.as_slice(), &["prompt", "none"]].concat()).unwrap_err();
    assert_eq!(refused.1, "extra");
    assert!(refused.2.ends_with(Reason::IsInTheRequest.text()), "{}", refused.2);
    for own in ["scope", "nonce", "state", "response_type", "client_id", "code_challenge"] {
        let refused = authorization(&[none.as_slice(), &[own, "x"]].concat()).unwrap_err();
        assert_eq!(refused.1, "extra", "{own}");
    }
}

/// RFC 8707 section 2.
#[test]
fn several_resources_may_be_named() {
    let resources = ["resource", "https://a.example", "resource", "https://b.example"];
    let expected = "&resource=https%3A%2F%2Fa.example&resource=https%3A%2F%2Fb.example";
    let written = authorization(&[[""; 8].as_slice(), &resources].concat());
    assert_eq!(written, Ok(format!("{BEGINNING}{expected}\0")));
    let written = write(REFRESH_TOKEN, &[["RT", ""].as_slice(), &resources].concat());
    let before = "grant_type=refresh_token&refresh_token=RT";
    assert_eq!(written, Ok(format!("{before}{expected}&client_id=app\0")));
    let twice = ["audience", "a", "audience", "b"];
    assert!(write(REFRESH_TOKEN, &[["RT", ""].as_slice(), &twice].concat()).is_err());
}
