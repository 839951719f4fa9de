//! How a rule fails: with a kind and a reason, which are numbers, and words in the sink.

use super::reason::Reason;
use super::sink::Sink;

/// A failure of a rule. The sink has nothing but the words that say what the failure is about, with U+0000
/// between them; its kind says which ones they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    /// What kind of failure it is.
    pub(crate) kind: Kind,
    /// Why it fails; [`Reason::None`] if the words alone say it.
    pub(crate) reason: Reason,
}

/// What kind of failure it is. `client::ErrorKind` has the same kinds for users of the crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// The server refused with an OAuth error (RFC 6749 sections 4.1.2.1 and 5.2). The words are its code, its
    /// description, the URL of a page about it, and the request's id.
    OAuth,
    /// Alibaba Cloud's gateway in front of the server refused (EIAM: section 5). The words are those of
    /// [`Kind::OAuth`].
    Gateway,
    /// An error status came without a readable reason. There are no words.
    Http,
    /// The answer breaks the protocol. The word is the path of the member. For text that is no JSON, there are
    /// also the line, the column, and the path within the text.
    Malformed,
    /// The callback does not belong to the request, or is no callback. The word is the parameter.
    Callback,
    /// An argument cannot be used. The word is the argument, followed by the name of an additional parameter.
    Argument,
    /// The server has no such endpoint. The word is its name in the metadata.
    NotSupported,
}

impl Failure {
    /// Makes a failure with one word, which consists of `before` and `name`, and replaces by it everything that
    /// the sink has.
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
