//! A failure of the rules as the error that it becomes.

use crate::client::Error;
use crate::rules::failure::Failure;

/// Kind, path or code, reason, page, number of the request.
pub(super) type Refusal = (String, String, String, String, String);

pub(super) fn refusal_of(failure: Failure, sink: Vec<u8>) -> Refusal {
    let error = Error::of(failure, &sink);
    let kind = format!("{:?}", error.kind());
    let [subject, reason] = [error.subject(), error.reason()].map(str::to_owned);
    (kind, subject, reason, error.uri().to_owned(), error.request_id().to_owned())
}
