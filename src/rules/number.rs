//! The numbers that JavaScript passes to a call of the module, and gets from it.

use super::address::Safety;
use super::answer::Asked;
use super::failure::Failure;
use super::request::Method;

/// The bits of an answer's flags that say how safe the addresses in it have to be.
const LEAST: u32 = 3;
/// The flag of an answer in which an id_token has to come.
pub(crate) const WANTS_ID_TOKEN: u32 = 1 << 2;
/// The flag of an answer to a refresh.
pub(crate) const IS_REFRESH: u32 = 1 << 3;
/// The flag of an answer to a client that can prove that it has the key of a token.
pub(crate) const HAS_PROOF: u32 = 1 << 4;

/// The bits of a request's flags that say how the client authenticates.
const METHOD: u32 = 3;
/// The flag of a request to an EIAM server whose pages are not known.
pub(crate) const LACKS_PORTAL: u32 = 1 << 2;

/// The flag of an id_token that is checked, and not only read.
pub(crate) const CHECKS: u32 = 1;
/// The flag of an id_token whose signature has the client's secret as its key.
pub(crate) const BY_SECRET: u32 = 1 << 1;

/// The bit of a call's result that says that the call failed.
pub(crate) const FAILED: u32 = 1 << 31;
/// The lowest of the seven bits with a failure's kind.
pub(crate) const KIND_SHIFT: u32 = 24;
/// The lowest of the eight bits with a failure's reason.
pub(crate) const REASON_SHIFT: u32 = 16;
/// The bits with the length of a failure's words, and so their greatest length.
pub(crate) const WORDS: u32 = 0xffff;

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

/// How the client authenticates, by the flags of a request.
pub(crate) fn method(number: u32) -> Method {
    match number & METHOD {
        0 => Method::None,
        1 => Method::Basic,
        2 => Method::BasicUnencoded,
        _ => Method::Post,
    }
}

/// The number of a failure with the length of its words. JavaScript does not see words beyond [`WORDS`].
pub(crate) fn failure(Failure { kind, reason }: Failure, words: usize) -> u32 {
    FAILED | (kind as u32) << KIND_SHIFT | (reason as u32) << REASON_SHIFT | WORDS.min(words as u32)
}
