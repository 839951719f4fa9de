//! What all answers have in common: a JSON object on success, one of two error envelopes otherwise.

use core::cell::Cell;

use crate::http::HttpResponse;
use crate::json::{self, Limits, Number, Object, Value};
use crate::seconds;
use crate::text;

use super::error::{Error, GatewayError, OAuthError};

/// Reads the JSON object of a successful answer.
///
/// An answer is judged by its structure, not by its content type: servers get that wrong. A
/// successful status that carries an OAuth error is that error.
pub(super) fn success(response: &HttpResponse) -> Result<Answer<'_>, Error> {
    let status = response.status;
    let ok = is_success(status);
    match json::parse_bytes(&response.body, Limits::default()) {
        Ok(Value::Object(members)) => match refusal(&members, response) {
            Some(error) => Err(error),
            None if ok => Ok(Answer { status, members, fault: Cell::new(None) }),
            None => Err(Error::http(status, retry_after(response))),
        },
        Ok(other) if ok => {
            let reason = text::concat(&[other.kind(), " and not an object"]);
            Err(Error::malformed(status, "$", &reason))
        }
        Err(error) if ok => Err(Error::not_json(status, &error)),
        _ => Err(Error::http(status, retry_after(response))),
    }
}

/// The error that an answer carries whose body nobody needs when it is successful.
pub(super) fn refused(response: &HttpResponse) -> Result<(), Error> {
    match success(response) {
        Ok(_) => Ok(()),
        // The body of a success means nothing, whatever it is (RFC 7009 section 2.2).
        Err(Error::Malformed(error)) if is_success(error.status) => Ok(()),
        Err(error) => Err(error),
    }
}

/// A successful answer, read member by member. One that is wrong reads as if it were missing; what
/// was wrong first is kept until [`Answer::check`] asks.
pub(super) struct Answer<'a> {
    status: u16,
    members: Object<'a>,
    fault: Cell<Option<Fault>>,
}

impl<'a> Answer<'a> {
    /// The member of this name, whatever it is.
    pub(super) fn member(&self, name: &str) -> Option<&Value<'a>> {
        self.members.member(name)
    }

    /// A string that must be there and not be empty.
    pub(super) fn required(&self, name: &'static str) -> &str {
        self.present(name, self.optional(name))
    }

    /// A string that may be missing or `null`.
    pub(super) fn optional(&self, name: &'static str) -> Option<&str> {
        match self.member(name)? {
            Value::Null => None,
            Value::String(text) => Some(text),
            other => {
                self.fail(Fault { name, found: other.kind(), reason: " and not a string" });
                None
            }
        }
    }

    /// A token that must be there.
    pub(super) fn required_token(&self, name: &'static str) -> &str {
        self.present(name, self.optional_token(name))
    }

    /// A token: printable ASCII, since it goes into headers (RFC 6749 appendix A).
    pub(super) fn optional_token(&self, name: &'static str) -> Option<&str> {
        let token = self.optional(name)?;
        if token.is_empty() {
            self.wrong(name, "empty");
        }
        if !token.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
            self.wrong(name, "has a character that is not printable ASCII");
        }
        Some(token)
    }

    /// Whole seconds; `None` for unknown.
    pub(super) fn seconds(&self, name: &'static str) -> Option<i64> {
        match seconds::read(self.member(name)) {
            Ok(seconds) => seconds,
            Err(error) => {
                self.wrong(name, error.message());
                None
            }
        }
    }

    /// Notes that a member is wrong for a reason that the reader knows.
    #[cold]
    pub(super) fn wrong(&self, name: &'static str, reason: &'static str) {
        self.fail(Fault { name, found: "", reason });
    }

    /// Whether all that was read is as it must be.
    pub(super) fn check(&self) -> Result<(), Error> {
        match self.fault.get() {
            None => Ok(()),
            Some(Fault { name, found, reason }) => {
                let (path, reason) = (text::concat(&["$.", name]), text::concat(&[found, reason]));
                Err(Error::malformed(self.status, &path, &reason))
            }
        }
    }

    fn present<'t>(&self, name: &'static str, text: Option<&'t str>) -> &'t str {
        if text.is_none_or(str::is_empty) {
            self.wrong(name, if text.is_none() { "missing" } else { "empty" });
        }
        text.unwrap_or_default()
    }

    #[cold]
    fn fail(&self, fault: Fault) {
        self.fault.set(self.fault.get().or(Some(fault)));
    }
}

/// What is wrong with a member: what was found in its place, if that says more, and why.
#[derive(Clone, Copy)]
struct Fault {
    name: &'static str,
    found: &'static str,
    reason: &'static str,
}

fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

fn refusal(members: &Object<'_>, response: &HttpResponse) -> Option<Error> {
    let text = |name| printable_member(members, name);
    let status = response.status;
    let retry_after = retry_after(response);
    if let Some(error) = text("error") {
        return Some(Error::OAuth(Box::new(OAuthError {
            error,
            error_description: text("error_description"),
            error_uri: text("error_uri"),
            request_id: text("request_id").or_else(|| text("RequestId")),
            status,
            retry_after,
        })));
    }
    // Capitals as the gateway writes them (EIAM: section 5); a success has no `Code`.
    text("Code").map(|code| {
        Error::Gateway(Box::new(GatewayError {
            code,
            message: text("Message"),
            request_id: text("RequestId").or_else(|| text("request_id")),
            status,
            retry_after,
        }))
    })
}

fn printable_member(members: &Object<'_>, name: &str) -> Option<String> {
    let text = members.member(name).and_then(Value::as_str);
    text.filter(|text| !text.is_empty()).map(printable)
}

/// Milliseconds from `x-acs-retry-after` (milliseconds, EIAM: section 5) or `Retry-After` (seconds,
/// RFC 9110 section 10.2.3; its form as a date is left to who has a calendar).
fn retry_after(response: &HttpResponse) -> Option<i64> {
    let number = |name: &str| {
        let number = Number::from_text(response.headers.value(name)?.trim_ascii())?;
        seconds::whole(number).ok().filter(|number| *number >= 0)
    };
    number("x-acs-retry-after")
        .or_else(|| number("retry-after").map(|seconds| seconds.saturating_mul(1000)))
}

/// Server's text fit for a message or a log: no control characters, no endless length.
pub(super) fn printable(text: &str) -> String {
    const LIMIT: usize = 1024;
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(LIMIT).collect()
}
