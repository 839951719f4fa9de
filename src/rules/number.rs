//! The sizes of the memory that JavaScript shares with the module.

/// The octets of the result of a call that writes a text: a PKCE verifier and its challenge.
pub(crate) const OUT: usize = 86;
/// The octets of the table of an answer's members.
pub(crate) const TABLE: usize = 426;
