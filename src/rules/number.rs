//! The numbers that JavaScript passes to a call of the module, and gets from it.

use super::address::Safety;
use super::answer::Asked;
use super::failure::Kind;
use super::reason::Reason;

/// The bits of an answer's flags that say how safe the addresses in it have to be.
const LEAST: u32 = 3;
/// The flag of an answer in which an id_token has to come.
pub(crate) const WANTS_ID_TOKEN: u32 = 1 << 2;
/// The flag of an answer to a refresh.
pub(crate) const IS_REFRESH: u32 = 1 << 3;
/// The flag of an answer to a client that can prove that it has the key of a token.
pub(crate) const HAS_PROOF: u32 = 1 << 4;

/// The bit of a call's result that says that the call failed.
pub(crate) const FAILED: u32 = 1 << 31;
/// The lowest of the seven bits with a failure's kind.
pub(crate) const KIND_SHIFT: u32 = 24;
/// The lowest of the eight bits with a failure's reason.
pub(crate) const REASON_SHIFT: u32 = 16;
/// The bits with a failure's detail.
pub(crate) const DETAIL: u32 = 0xffff;
/// The detail of a failure that is about the whole text, so that the slots say where it is.
pub(crate) const TEXT: u32 = DETAIL;

/// The octets of the result of a call that writes a text: a PKCE verifier and its challenge.
pub(crate) const OUT: usize = 86;
/// The octets of the table of an answer's members, which is as long as to leave the input aligned.
pub(crate) const TABLE: usize = 426;

/// How safe an address has to be, by the number of a [`Safety`] or the flags of an answer.
pub(crate) fn safety(number: u32) -> Safety {
    match number & LEAST {
        0 => Safety::Http,
        1 => Safety::HttpOnLoopback,
        _ => Safety::Https,
    }
}

/// What was asked for, by the flags of an answer.
pub(crate) fn asked(number: u32) -> Asked {
    Asked {
        least: safety(number),
        id_token: number & WANTS_ID_TOKEN != 0,
        refresh: number & IS_REFRESH != 0,
        proof: number & HAS_PROOF != 0,
    }
}

/// The number of a failure. `detail` is the place of the wrong member, or [`TEXT`]; for a refusal, it is the slot of the
/// first of its members.
pub(crate) fn failure(kind: Kind, reason: Reason, detail: u32) -> u32 {
    FAILED | (kind as u32) << KIND_SHIFT | (reason as u32) << REASON_SHIFT | detail
}
