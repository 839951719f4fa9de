//! Answers: what the rules find in them, as values.

use crate::http::HttpResponse;
use crate::json;
use crate::rules::answer::{self, Asked, SLOTS};
use crate::rules::failure::{Failure, Kind};
use crate::rules::json::names_in;
use crate::rules::reason::{Reason, TEXTS};
use crate::rules::slot::{self, FOUND, KEPT, Slot, UNREAD, content};
use crate::rules::table::Table;
use crate::rules::unescaped::Unescaped;
use crate::rules::{challenge, retry_after};
use crate::secret::Secret;

use super::error::{Error, ErrorKind};
use super::members::Members;

/// A response, and what its header fields say.
pub(crate) struct Received<'a> {
    response: &'a HttpResponse,
    /// The milliseconds to wait before the next try.
    retry_after: Option<i64>,
    /// The moment of the answer by the server's clock, Unix seconds.
    pub(crate) server_time: Option<i64>,
    /// What was asked for.
    asked: Asked,
}

/// The members of an answer that were found.
pub(crate) struct Fields<'a> {
    /// The whole answer.
    pub(crate) text: &'a str,
    members: Table<'static>,
    slots: [Slot; SLOTS],
}

impl Fields<'_> {
    /// The slot of a member; that of a missing one if the table does not have the name.
    fn slot(&self, name: &str) -> Slot {
        let place = self.members.find(name.as_bytes(), false);
        place.and_then(|place| self.slots.get(place)).copied().unwrap_or_default()
    }

    /// A text; `None` if it is missing or `null`.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let slot = self.slot(name);
        let [_, _, marks, _] = slot;
        if marks & FOUND == 0 {
            return None;
        }
        let content = content(self.text.as_bytes(), &slot);
        String::from_utf8(Unescaped::of_json(content).collect()).ok()
    }

    /// A text that the rules have required; empty if it is missing nevertheless.
    pub(crate) fn required(&self, name: &str) -> String {
        self.text(name).unwrap_or_default()
    }

    /// Whether the former value stays, because the answer to a refresh has no new one.
    pub(crate) fn is_kept(&self, name: &str) -> bool {
        let [_, _, marks, _] = self.slot(name);
        marks & KEPT != 0
    }

    /// Why a member that is there cannot be read; `None` if it can, or is missing.
    pub(crate) fn unread(&self, name: &str) -> Option<&'static str> {
        let [reason, _, marks, _] = self.slot(name);
        (marks & UNREAD != 0).then(|| TEXTS.get(reason as usize).copied().unwrap_or_default())
    }

    /// The seconds of a member; `None` if it is missing or `null`.
    pub(crate) fn seconds(&self, name: &str) -> Option<i64> {
        slot::seconds(&self.slot(name))
    }

    /// Whether a member is `true`.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.slot(name) == [1, 0, FOUND, 0]
    }

    /// An array as it is written.
    pub(crate) fn array(&self, name: &str) -> &str {
        let [from, to, ..] = self.slot(name);
        self.text.get(from as usize..to as usize).unwrap_or_default()
    }

    /// By how many seconds the server's clock is ahead of the one by which the answer came at `now`.
    pub(crate) fn clock_skew(&self, now: i64, server_time: Option<i64>) -> Option<i64> {
        let [lifetime, end] = ["expires_in", "expires_at"].map(|name| self.slot(name));
        answer::lifetimes(&lifetime, &end, now, server_time).1
    }
}

impl<'a> Received<'a> {
    /// A response of which nothing special was asked.
    pub(crate) fn of(response: &'a HttpResponse) -> Self {
        Self::to(response, Asked::default())
    }

    /// The response to what was asked for.
    pub(crate) fn to(response: &'a HttpResponse, asked: Asked) -> Self {
        let header = |name| response.headers.value(name);
        let server_time = header("date").and_then(crate::http_date::parse);
        let wait = [header("x-acs-retry-after"), header("retry-after")];
        Self { response, retry_after: retry_after::read(wait, server_time), server_time, asked }
    }

    /// Reads the members of a successful answer.
    ///
    /// # Errors
    /// The error that the answer is, or what is wrong with it, with the new refresh token if it has one.
    pub(crate) fn read(&self, members: Table<'static>) -> Result<Fields<'a>, Error> {
        let text = match json::utf8(&self.response.body) {
            Ok(text) => text,
            Err(error) if self.is_success() => {
                return Err(self.answered(Error::not_utf8(&error)));
            }
            Err(_) => return Err(self.without_reason()),
        };
        let mut fields = Fields { text, members, slots: [[0; 4]; SLOTS] };
        let (mut names, mut words) = (vec![(0, 0); names_in(text.as_bytes())], Vec::new());
        let status = self.response.status;
        let read = answer::read(
            text.as_bytes(),
            status,
            members,
            &self.asked,
            &mut names,
            &mut fields.slots,
            &mut words,
        );
        match read {
            Ok(()) => Ok(fields),
            Err(Failure { kind: Kind::Http, .. }) => {
                Err(self.without_reason().with_members(Members::of(text)))
            }
            Err(failure) => {
                let error = self.answered(Error::of(failure, &words));
                // A token that was found is not lost with the others.
                let refresh_token = fields.text("refresh_token").map(Secret::from);
                Err(error.with_members(Members::of(text)).with_refresh_token(refresh_token))
            }
        }
    }

    /// Checks an answer whose body means nothing if it is successful.
    ///
    /// # Errors
    /// The error that the answer is.
    pub(crate) fn refused(&self) -> Result<(), Error> {
        match self.read(Table::default()) {
            // The body of a success means nothing, whatever it is (RFC 7009 section 2.2).
            Err(error) if error.kind() != ErrorKind::Malformed => Err(error),
            _ => Ok(()),
        }
    }

    /// The error of a member that breaks the protocol.
    #[cold]
    pub(crate) fn malformed(&self, path: &str, reason: String) -> Error {
        self.answered(Error::malformed(path, reason))
    }

    fn is_success(&self) -> bool {
        (200..300).contains(&self.response.status)
    }

    /// The error of a refusal whose body says nothing. A resource server says its reason in a header field (RFC
    /// 6750 section 3).
    #[cold]
    fn without_reason(&self) -> Error {
        let failure = Failure { kind: Kind::Http, reason: Reason::None };
        let mut words = Vec::new();
        let challenges = self.response.headers.values("www-authenticate");
        let refusal = challenges
            .map(str::as_bytes)
            .find_map(|challenge| challenge::read(challenge, &mut Vec::new(), &mut words));
        self.answered(Error::of(refusal.unwrap_or(failure), &words))
    }

    #[cold]
    fn answered(&self, error: Error) -> Error {
        error.answered(self.response.status, self.retry_after)
    }
}
