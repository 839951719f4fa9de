//! How answers are read: a JSON object on success, one of two error envelopes otherwise. Each kind
//! of answer is a table of [`Member`]s, and one function reads them all.

use std::borrow::Cow;

use crate::http::HttpResponse;
use crate::json::{self, Limits, Object, Value};
use crate::seconds;
use crate::text;

use super::address::Safety;
use super::challenge::{self, Challenge};
use super::error::{Error, ErrorKind};
use super::retry_after;

/// What is read of a response.
#[derive(Clone, Default)]
pub(crate) struct Received<'a> {
    pub(crate) status: u16,
    pub(crate) body: &'a [u8],
    /// The milliseconds to wait before the next try.
    pub(crate) retry_after: Option<i64>,
    /// The moment of the answer by the server's clock, Unix seconds.
    pub(crate) server_time: Option<i64>,
    /// How safe the addresses in it have to be.
    pub(crate) least: Safety,
    /// The refusal in the field `WWW-Authenticate`, if there is one.
    pub(crate) challenge: Challenge<'a>,
}

/// A member of an answer.
pub(crate) struct Member {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) is_required: bool,
}

/// What a member may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A string.
    Text,
    /// A string of printable ASCII, since it goes into headers (RFC 6749 appendix A).
    Token,
    /// A string that is an http(s) URL.
    Address,
    /// Whole seconds.
    Seconds,
    /// A moment.
    Date,
    /// A boolean.
    Flag,
    /// An array.
    Array,
}

impl Member {
    pub(crate) const fn required(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, is_required: true }
    }

    pub(crate) const fn optional(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, is_required: false }
    }
}

/// What was read of a member; `Missing` for `null` as well.
#[derive(Clone, Default)]
pub(crate) enum Field<'a> {
    #[default]
    Missing,
    Text(Cow<'a, str>),
    Seconds(i64),
    Flag(bool),
    /// An array as it is written.
    Array(&'a str),
}

impl Field<'_> {
    pub(crate) fn as_text(&self) -> &str {
        match self {
            Self::Text(text) => text,
            _ => "",
        }
    }

    /// Takes a text that must be there.
    pub(crate) fn take_text(&mut self) -> String {
        self.take_optional().unwrap_or_default()
    }

    /// Takes a text.
    pub(crate) fn take_optional(&mut self) -> Option<String> {
        match core::mem::take(self) {
            Self::Text(text) => Some(text.into_owned()),
            _ => None,
        }
    }

    pub(crate) fn seconds(&self) -> Option<i64> {
        match self {
            Self::Seconds(seconds) => Some(*seconds),
            _ => None,
        }
    }

    pub(crate) fn flag(&self) -> bool {
        matches!(self, Self::Flag(true))
    }
}

impl<'a> Received<'a> {
    pub(crate) fn of(response: &'a HttpResponse) -> Self {
        let header = |name| response.headers.value(name);
        let server_time = header("date").and_then(crate::http_date::parse);
        Self {
            status: response.status,
            body: &response.body,
            retry_after: retry_after::read(
                header("x-acs-retry-after"),
                header("retry-after"),
                server_time,
            ),
            server_time,
            least: Safety::default(),
            challenge: response
                .headers
                .values("www-authenticate")
                .map(challenge::read)
                .find(|[error, ..]| !error.is_empty())
                .unwrap_or_default(),
        }
    }

    /// Reads the members of a successful answer, in their order.
    ///
    /// An answer is judged by its structure, not by its content type: servers get that wrong. A
    /// successful status that carries an OAuth error is that error.
    pub(crate) fn read<const N: usize>(
        &self,
        members: &[Member; N],
    ) -> Result<[Field<'a>; N], Error> {
        let mut fields = [const { Field::Missing }; N];
        self.read_into(members, &mut fields).map(|()| fields)
    }

    pub(crate) fn read_into(
        &self,
        members: &[Member],
        fields: &mut [Field<'a>],
    ) -> Result<(), Error> {
        let object = self.object()?;
        for (member, field) in members.iter().zip(fields) {
            *field =
                read_member(&object, member, self.least).map_err(|error| self.answered(error))?;
        }
        Ok(())
    }

    /// The error that an answer carries whose body nobody needs when it is successful.
    pub(crate) fn refused(&self) -> Result<(), Error> {
        match self.object() {
            // The body of a success means nothing, whatever it is (RFC 7009 section 2.2).
            Err(error) if error.kind() != ErrorKind::Malformed => Err(error),
            _ => Ok(()),
        }
    }

    /// A member that breaks the protocol.
    #[cold]
    pub(crate) fn malformed(&self, name: &str, reason: &'static str) -> Error {
        self.answered(Error::malformed("$.", name, reason))
    }

    fn object(&self) -> Result<Object<'a>, Error> {
        let is_success = (200..300).contains(&self.status);
        let text = json::utf8(self.body);
        match text.and_then(|text| json::parse_object(text, Limits::default())) {
            Ok(object) => match refusal(&object) {
                Some(error) => Err(self.answered(error)),
                None if is_success => Ok(object),
                None => Err(self.without_reason()),
            },
            Err(error) if is_success => Err(self.answered(Error::not_json(&error))),
            _ => Err(self.without_reason()),
        }
    }

    /// A refusal whose body says nothing; a resource server's is in a header (RFC 6750 section 3).
    #[cold]
    fn without_reason(&self) -> Error {
        let [error, description, uri] = &self.challenge;
        self.answered(match error.is_empty() {
            true => Error::new(ErrorKind::Http, Cow::Borrowed(""), ""),
            false => Error::new(ErrorKind::OAuth, printable(error).into(), "")
                .because(printable(description))
                .with(uri, String::new()),
        })
    }

    #[cold]
    fn answered(&self, error: Error) -> Error {
        error.answered(self.status, self.retry_after)
    }
}

fn read_member<'a>(
    object: &Object<'a>,
    member: &Member,
    least: Safety,
) -> Result<Field<'a>, Error> {
    let &Member { name, kind, is_required } = member;
    let wrong = |reason| Err(Error::malformed("$.", name, reason));
    let value = object.member(name).filter(|value| !value.is_null());
    let field = match kind {
        Kind::Seconds | Kind::Date => {
            let read = if kind == Kind::Date { seconds::read_date } else { seconds::read };
            match read(value.as_ref()) {
                Ok(seconds) => seconds.map(Field::Seconds),
                Err(error) => return wrong(error.message()),
            }
        }
        Kind::Flag => value.and_then(|value| value.as_bool()).map(Field::Flag),
        Kind::Array => {
            let array = value.filter(|value| value.as_array().is_some());
            array.map(|array| Field::Array(array.as_written()))
        }
        _ => {
            let Some(value) = value else { return missing(is_required, wrong) };
            let Some(text) = value.as_str() else {
                let reason = text::concat(&[value.kind(), " and not a string"]);
                return Err(Error::malformed("$.", name, "").because(reason));
            };
            if text.is_empty() && (is_required || kind == Kind::Token) {
                return wrong("empty");
            }
            if kind == Kind::Token && !text::is_printable_ascii(&text) {
                return wrong("has a character that is not printable ASCII");
            }
            if kind == Kind::Address
                && let Some(fault) = least.fault(&text)
            {
                return wrong(fault);
            }
            Some(Field::Text(text))
        }
    };
    match field {
        Some(field) => Ok(field),
        None => missing(is_required, wrong),
    }
}

fn missing<'a>(
    is_required: bool,
    wrong: impl Fn(&'static str) -> Result<Field<'a>, Error>,
) -> Result<Field<'a>, Error> {
    if is_required { wrong("missing") } else { Ok(Field::Missing) }
}

/// The refusal that an object is, if it is one.
#[cold]
fn refusal(object: &Object<'_>) -> Option<Error> {
    let text = |name| object.member(name).and_then(|value: Value<'_>| value.as_str());
    let printable = |name| text(name).map(|text| printable(&text)).unwrap_or_default();
    // Capitals as the gateway writes them (EIAM: section 5); a success has no `Code`.
    let kinds = [
        (ErrorKind::OAuth, ["error", "error_description", "error_uri", "request_id", "RequestId"]),
        (ErrorKind::Gateway, ["Code", "Message", "", "RequestId", "request_id"]),
    ];
    kinds.into_iter().find_map(|(kind, [code, reason, uri, request_id, other_id])| {
        let code = printable(code);
        if code.is_empty() {
            return None;
        }
        let mut id = printable(request_id);
        if id.is_empty() {
            id = printable(other_id);
        }
        let error = Error::new(kind, code.into(), "");
        Some(error.because(printable(reason)).with(&text(uri).unwrap_or_default(), id))
    })
}

/// Server's text fit for a message or a log: no control characters, no endless length.
pub(super) fn printable(text: &str) -> String {
    const LIMIT: usize = 1024;
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(LIMIT).collect()
}
