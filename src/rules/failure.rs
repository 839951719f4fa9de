//! How a rule says no: a kind and a reason, which are numbers, and words in the sink.

use super::reason::Reason;
use super::sink::Sink;

/// What sort of failure it is, and why. The sink has what it is about, and nothing else, in parts with
/// U+0000 between them, as the kind says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) kind: Kind,
    pub(crate) reason: Reason,
}

/// What sort of failure it is. The numbers are those of `client::ErrorKind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// The server refused, in OAuth's words (RFC 6749 sections 4.1.2.1 and 5.2). Words: code,
    /// description, page, the request's number.
    OAuth,
    /// The gateway before the server refused, in Alibaba Cloud's words (EIAM: section 5). Words as for
    /// OAuth.
    Gateway,
    /// A status without a readable reason.
    Http,
    /// An answer that breaks the protocol. Words: the path; of what is no JSON line and column, too.
    Malformed,
    /// A callback that does not belong to the request, or is no callback. Words: the parameter.
    Callback,
    /// An argument that no request can be made of. Words: the argument.
    Argument,
    /// The server has no such endpoint. Words: its name.
    NotSupported,
}

impl Kind {
    /// Their names, by their numbers.
    #[cfg(feature = "schema")]
    pub(crate) const NAMES: &[&str] =
        &["oauth", "gateway", "http", "malformed", "callback", "argument", "not_supported"];
}

impl Failure {
    /// Leaves nothing but this in the sink: the two texts make one word.
    #[cold]
    #[inline(never)]
    pub(crate) fn about(
        sink: &mut impl Sink,
        kind: Kind,
        before: &[u8],
        name: &[u8],
        reason: Reason,
    ) -> Self {
        sink.cut(0);
        sink.extend(before);
        sink.extend(name);
        Self { kind, reason }
    }
}
