//! The numbers that JavaScript gives to a call, and gets of it.

use super::address::Safety;
use super::answer::Asked;
use super::failure::Failure;
use super::request::Method;

/// Of an answer: the addresses in it have to be as safe as these bits say.
const LEAST: u32 = 3;
/// Of an answer: an id_token has to come.
pub(crate) const WANTS_ID_TOKEN: u32 = 1 << 2;
/// Of an answer: it is to a refresh.
pub(crate) const IS_REFRESH: u32 = 1 << 3;
/// Of an answer: the client can prove that it has the key of a token.
pub(crate) const HAS_PROOF: u32 = 1 << 4;

/// Of a request: how the client authenticates.
const METHOD: u32 = 3;
/// Of a request: the pages of EIAM's server are not known.
pub(crate) const LACKS_PORTAL: u32 = 1 << 2;

/// Of an id_token: it is checked, not read alone.
pub(crate) const CHECKS: u32 = 1;
/// Of an id_token: the client's secret is the key of its signature.
pub(crate) const BY_SECRET: u32 = 1 << 1;

/// Of what a call gives: it failed.
pub(crate) const FAILED: u32 = 1 << 31;
/// How far up the kind of a failure is, in seven bits.
pub(crate) const KIND_SHIFT: u32 = 24;
/// How far up the reason of a failure is, in eight bits.
pub(crate) const REASON_SHIFT: u32 = 16;
/// The length of a failure's words at most.
pub(crate) const WORDS: u32 = 0xffff;

/// How safe an address has to be.
pub(crate) fn safety(number: u32) -> Safety {
    match number & LEAST {
        0 => Safety::Http,
        1 => Safety::HttpOnLoopback,
        _ => Safety::Https,
    }
}

/// What an answer depends on.
pub(crate) fn asked(number: u32) -> Asked {
    Asked {
        least: safety(number),
        id_token: number & WANTS_ID_TOKEN != 0,
        refresh: number & IS_REFRESH != 0,
        proof: number & HAS_PROOF != 0,
    }
}

/// How the client authenticates.
pub(crate) fn method(number: u32) -> Method {
    match number & METHOD {
        0 => Method::None,
        1 => Method::Basic,
        2 => Method::BasicUnencoded,
        _ => Method::Post,
    }
}

/// A failure, and the length of its words. What is longer is cut.
pub(crate) fn failure(Failure { kind, reason }: Failure, words: usize) -> u32 {
    FAILED | (kind as u32) << KIND_SHIFT | (reason as u32) << REASON_SHIFT | WORDS.min(words as u32)
}
