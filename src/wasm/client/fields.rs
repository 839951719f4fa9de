//! The fields that cross the boundary: texts with U+0000 between them. No parameter of OAuth may
//! have that character (RFC 6749 appendix A), so the facade refuses it; where a server's text has
//! it, U+FFFD takes its place. An empty field is one that is missing.

use crate::client::answer::Field;
use crate::client::{Error, ErrorKind};
use crate::json::Number;
use crate::{seconds, text};

/// Fields in the order of the calls.
pub(super) struct Fields<'a>(&'a str);

impl<'a> Fields<'a> {
    pub(super) fn new(fields: &'a str) -> Self {
        Self(fields)
    }

    #[inline(never)]
    pub(super) fn text(&mut self) -> &'a str {
        let (field, rest) = text::split_once(self.0, SEPARATOR).unwrap_or((self.0, ""));
        self.0 = rest;
        field
    }

    pub(super) fn optional(&mut self) -> Option<&'a str> {
        Some(self.text()).filter(|text| !text.is_empty())
    }

    pub(super) fn flag(&mut self) -> bool {
        !self.text().is_empty()
    }

    pub(super) fn seconds(&mut self) -> i64 {
        self.optional_seconds().unwrap_or_default()
    }

    #[inline(never)]
    pub(super) fn optional_seconds(&mut self) -> Option<i64> {
        seconds::whole(Number::from_text(self.text())?).ok()
    }

    /// Names and values, to the end.
    #[inline(never)]
    pub(super) fn pairs(&mut self) -> Vec<(&'a str, &'a str)> {
        let mut pairs = Vec::new();
        while !self.0.is_empty() {
            pairs.push((self.text(), self.text()));
        }
        pairs
    }
}

/// The fields of a result; its methods append in the order of the calls.
pub(super) struct Output(String);

impl Output {
    /// A result without a failure.
    ///
    /// `expected`: the octets that it may come to.
    pub(super) fn new(expected: usize) -> Self {
        Self(String::with_capacity(expected))
    }

    /// A failure: code, message, subject, reason, URI, request id, status, milliseconds to wait.
    #[cold]
    pub(super) fn failure(error: &Error) -> String {
        let code = match error.kind() {
            ErrorKind::OAuth => "oauth_error",
            ErrorKind::Gateway => "gateway_error",
            ErrorKind::Http => "http_error",
            ErrorKind::Malformed => "malformed_response",
            ErrorKind::Callback => "invalid_callback",
            ErrorKind::Argument => "invalid_argument",
            ErrorKind::NotSupported => "not_supported",
        };
        let mut output = Self(code.to_owned());
        output
            .text(&error.message())
            .text(error.subject())
            .text(error.reason())
            .text(error.uri())
            .text(error.request_id())
            .seconds(Some(error.status().into()))
            .seconds(error.retry_after());
        output.finish()
    }

    pub(super) fn fields(&mut self, fields: &[Field<'_>]) -> &mut Self {
        for field in fields {
            match field {
                Field::Missing => self.text(""),
                Field::Text(text) => self.text(text),
                Field::Seconds(seconds) => self.seconds(Some(*seconds)),
                Field::Flag(flag) => self.flag(*flag),
                Field::Array(array) => self.text(array),
            };
        }
        self
    }

    #[inline(never)]
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.0.push('\0');
        let mut rest = text;
        while let Some((before, after)) = text::split_once(rest, SEPARATOR) {
            self.0.push_str(before);
            self.0.push('\u{fffd}');
            rest = after;
        }
        self.0.push_str(rest);
        self
    }

    pub(super) fn optional(&mut self, text: Option<&str>) -> &mut Self {
        self.text(text.unwrap_or_default())
    }

    #[inline(never)]
    pub(super) fn seconds(&mut self, seconds: Option<i64>) -> &mut Self {
        match seconds {
            None => self.text(""),
            Some(seconds) => self.text(&text::signed(seconds)),
        }
    }

    pub(super) fn flag(&mut self, flag: bool) -> &mut Self {
        self.text(if flag { "1" } else { "" })
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

const SEPARATOR: u8 = 0;
