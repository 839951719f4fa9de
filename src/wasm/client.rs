//! The client's exports: numbers in, numbers out, and texts in a memory that JavaScript writes and reads
//! itself. They are not the package's public surface: the facade in `pkg/src/client` gives what they do
//! names, types and documentation.
//!
//! A call that can fail gives the length of what it wrote to [`o`], or a failure and the length of its words
//! there ([`number::failure`]). Texts in [`i`] are UTF-8 with U+0000 behind each, but for one that is the
//! last and has a length of its own. Nothing is kept between two calls, and nothing here allocates.

use wasm_bindgen::prelude::*;

use crate::rules::address::Safety;
use crate::rules::answer;
use crate::rules::authorization;
use crate::rules::callback::{self, Expected};
use crate::rules::failure::{Failure, Kind};
use crate::rules::id_token;
use crate::rules::number::{self, BY_SECRET, CHECKS, LACKS_PORTAL};
use crate::rules::pkce;
use crate::rules::reason::Reason;
use crate::rules::request::{self, Identity};
use crate::rules::sink::{Room, Sink};
use crate::rules::table::Table;

mod memory;

use memory::{Fields, Memory, with_memory};

/// Where the input of a call is to be written.
#[wasm_bindgen]
pub fn i() -> u32 {
    with_memory(|memory| memory.input.as_ptr().addr() as u32)
}

/// Where the result of a call is.
#[wasm_bindgen]
pub fn o() -> u32 {
    with_memory(|memory| memory.out.as_ptr().addr() as u32)
}

/// Where the slots of an answer are.
#[wasm_bindgen]
pub fn s() -> u32 {
    with_memory(|memory| memory.slots.as_ptr().addr() as u32)
}

/// Reads an answer, `length` octets behind a table of its members, which for the one of tokens may be
/// missing; fills the slots. `flags`: see [`number::asked`].
#[wasm_bindgen]
pub fn answer(table: u32, length: u32, status: u32, flags: u32) -> u32 {
    with_memory(|memory| {
        let Memory { slots, input, out, names, .. } = memory;
        let (table, text) = input.split_at_checked(table as usize).unwrap_or_default();
        let members = if table.is_empty() { answer::TOKENS } else { Table::new(table) };
        let asked = number::asked(flags);
        let mut sink = Room::new(out);
        let text = up_to(text, length);
        let read = answer::read(text, status as u16, members, &asked, names, slots, &mut sink);
        outcome(read, &sink)
    })
}

/// Writes a request of an endpoint's URL, a client's id and secret, a plan, the values of the plan's
/// parameters, and names and values of further ones: its URL or form, U+0000, and the value of the field
/// `Authorization`. `flags`: see [`number::method`], and [`LACKS_PORTAL`].
#[wasm_bindgen]
pub fn request(length: u32, flags: u32) -> u32 {
    with_memory(|memory| {
        let Memory { input, out, scratch, .. } = memory;
        let mut fields = Fields(up_to(input, length));
        let url = fields.text();
        let identity = Identity {
            client_id: fields.text(),
            secret: fields.text(),
            method: number::method(flags),
            lacks_portal: flags & LACKS_PORTAL != 0,
        };
        let plan = Table::new(fields.text());
        let (mut scratch, mut sink) = (Room::new(scratch), Room::new(out));
        let written = request::write(plan, url, &identity, fields, &mut scratch, &mut sink);
        scratch.cut(0);
        outcome(written, &sink)
    })
}

/// Writes the code of a callback: of a `state`, an issuer (empty if it is not known) and the callback's own
/// text. `has_iss`: whether the server names its issuer in every callback.
#[wasm_bindgen]
pub fn callback(length: u32, has_iss: u32) -> u32 {
    with_memory(|memory| {
        let Memory { input, out, scratch, .. } = memory;
        let mut fields = Fields(up_to(input, length));
        let expected =
            Expected { state: fields.text(), issuer: fields.text(), has_iss: has_iss != 0 };
        let (mut scratch, mut sink) = (Room::new(scratch), Room::new(out));
        let read = callback::read(fields.0, &expected, &mut scratch, &mut sink);
        scratch.cut(0);
        outcome(read, &sink)
    })
}

/// Writes header and claims of an id_token, with U+0000 between them, and checks them if `flags` has
/// [`CHECKS`]: with an issuer, the client's id, the nonce, the user before and the access token, each empty
/// if there is none; [`BY_SECRET`] is for HS256.
///
/// `now`, `tolerance` and `max_age` are seconds; a `max_age` below 0 is none.
#[wasm_bindgen]
pub fn id_token(length: u32, flags: u32, now: i64, tolerance: i64, max_age: i64) -> u32 {
    with_memory(|memory| {
        let Memory { input, out, scratch, names, .. } = memory;
        let mut fields = Fields(up_to(input, length));
        let token = fields.text();
        let expected = id_token::Expected {
            issuer: fields.optional(),
            client_id: fields.text(),
            nonce: fields.optional(),
            subject: fields.optional(),
            access_token: fields.optional(),
            by_secret: flags & BY_SECRET != 0,
            max_age: Some(max_age).filter(|age| *age >= 0),
            now,
            tolerance,
        };
        let expected = (flags & CHECKS != 0).then_some(&expected);
        let (mut decoded, mut words) = (Room::new(out), Room::new(scratch));
        let read = id_token::read(token, expected, names, &mut decoded, &mut words);
        if read.is_err() {
            decoded.cut(0);
            decoded.extend(words.since(0));
        }
        words.cut(0);
        outcome(read, &decoded)
    })
}

/// Draws for an authorization request: of 64 random octets, a redirect URI, a scope and a `max_age`, it writes
/// `state`, `nonce` (empty for none), a PKCE verifier and its challenge, with U+0000 between them.
#[wasm_bindgen]
pub fn draw(length: u32) -> u32 {
    with_memory(|memory| {
        let Memory { input, out, .. } = memory;
        let (random, fields) =
            up_to(input, length).split_at_checked(authorization::RANDOMNESS).unwrap_or_default();
        let (mut fields, mut sink) = (Fields(fields), Room::new(out));
        let [redirect_uri, scope, max_age] = [fields.text(), fields.text(), fields.text()];
        let drawn = authorization::draw(random, redirect_uri, scope, max_age, &mut sink);
        outcome(drawn, &sink)
    })
}

/// Writes the challenge of a PKCE verifier.
#[wasm_bindgen]
pub fn challenge(length: u32) -> u32 {
    with_memory(|memory| {
        let Memory { input, out, .. } = memory;
        let (verifier, mut sink) = (up_to(input, length), Room::new(out));
        let written = pkce::checked_challenge(verifier, &mut sink);
        outcome(written, &sink)
    })
}

/// Notes in the last two slots when an answer's lifetimes end by the client's clock, and how far the server's
/// clock is ahead of it. `expires_in` and `expires_at` are the places of the members; `now` and `sent`: Unix
/// seconds by the client's clock and by the server's, which is not a number if it is not known.
#[wasm_bindgen]
pub fn lifetimes(expires_in: u32, expires_at: u32, now: f64, sent: f64) {
    with_memory(|memory| {
        answer::note_lifetimes(
            &mut memory.slots,
            [expires_in as usize, expires_at as usize],
            now as i64,
            (!sent.is_nan()).then_some(sent as i64),
        );
        0
    });
}

/// How safe a URL is, by its number; a failure if it is less safe than it has to be.
#[wasm_bindgen]
pub fn address(length: u32, least: u32) -> u32 {
    with_memory(|memory| {
        let url = up_to(&memory.input, length);
        match number::safety(least).fault(url) {
            Some(reason) => number::failure(Failure { kind: Kind::Argument, reason }, 0),
            None => Safety::of(url).map_or(0, |safety| safety as u32),
        }
    })
}

fn up_to(octets: &[u8], length: u32) -> &[u8] {
    octets.get(..length as usize).unwrap_or_default()
}

/// What a call gives. A result that had no room is a failure.
fn outcome(result: Result<(), Failure>, sink: &Room<'_>) -> u32 {
    match result {
        Err(failure) => number::failure(failure, sink.length()),
        Ok(()) if sink.is_full() => {
            number::failure(Failure { kind: Kind::Argument, reason: Reason::TooLong }, 0)
        }
        Ok(()) => sink.length() as u32,
    }
}
