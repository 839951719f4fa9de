//! The client's exports: numbers in, numbers out, and texts in a memory that JavaScript writes and reads
//! itself. They are not the package's public surface: the facade in `pkg/src/client` gives what they do
//! names, types and documentation.
//!
//! A call that can fail gives the length of what it wrote to [`o`], or the number of its failure, which holds
//! the length of the words that it wrote there ([`number::failure`]). The texts of a call are in [`i`], in
//! UTF-8, and U+0000 stands behind each of them; a text that takes the rest of the input has none behind it.
//! Unless it says otherwise, `length` is the octets of the whole input. Nothing is kept between two calls except the slots, and
//! nothing here allocates.

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

/// The address in the module's memory where JavaScript writes the input of a call.
#[wasm_bindgen]
pub fn i() -> u32 {
    with_memory(|memory| memory.input.as_ptr().addr() as u32)
}

/// The address in the module's memory where a call leaves its result.
#[wasm_bindgen]
pub fn o() -> u32 {
    with_memory(|memory| memory.out.as_ptr().addr() as u32)
}

/// The address in the module's memory of the slots that [`answer`] and [`lifetimes`] fill.
#[wasm_bindgen]
pub fn s() -> u32 {
    with_memory(|memory| memory.slots.as_ptr().addr() as u32)
}

/// Reads an answer and fills the slots. The input is a table of the wanted members, which has `table` octets
/// and may be empty for an answer with tokens, and behind it the answer, which has `length` octets. `status`
/// is the answer's status code; `flags`: see [`number::asked`].
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

/// Writes a request: its URL or its form, U+0000, and the value of the field `Authorization`. The input is
/// the endpoint's URL, the client's id and secret, a plan, the values of the plan's parameters, and names and
/// values of additional ones. `flags`: see [`number::method`] and [`LACKS_PORTAL`].
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

/// Writes the code of a callback. The input is the `state` that was sent, the server's issuer (empty if it is
/// not known), and the callback's own text. `has_iss` says whether the server names its issuer in every
/// callback: 0 means that it does not.
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

/// Writes the header and the claims of an id_token, with U+0000 between them, and checks them if `flags` has
/// [`CHECKS`]. The input is the id_token, then what it has to agree with: the issuer, the client's id, the
/// nonce, the `sub` of the former id_token, and the access token, each empty if there is none. With the flag
/// [`BY_SECRET`], HS256 is the only algorithm that is accepted.
///
/// `now` is in Unix seconds, `tolerance` and `max_age` are in seconds; a negative `max_age` means none.
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

/// Writes `state`, `nonce` (empty for none), a PKCE verifier and its challenge for an authorization request,
/// with U+0000 between them. The input is 64 random octets, the redirect URI, the scope and the `max_age`.
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

/// Writes the challenge of a PKCE verifier, which is the whole input.
#[wasm_bindgen]
pub fn challenge(length: u32) -> u32 {
    with_memory(|memory| {
        let Memory { input, out, .. } = memory;
        let (verifier, mut sink) = (up_to(input, length), Room::new(out));
        let written = pkce::checked_challenge(verifier, &mut sink);
        outcome(written, &sink)
    })
}

/// Notes in the last two slots when the lifetime that [`answer`] found ends by the client's clock, and by how
/// many seconds the server's clock is ahead of it. `expires_in` and `expires_at` are the places of these two
/// members in the slots. `now` is when the answer came, in Unix seconds by the client's clock, and `sent` when
/// it was sent, in Unix seconds by the server's clock: NaN if that is not known.
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

/// Gives how safe the URL is that is the whole input, as the number of a [`Safety`], or a failure without
/// words if the URL is less safe than `least`, which is such a number as well.
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

/// The first `length` octets; none if there are fewer.
fn up_to(octets: &[u8], length: u32) -> &[u8] {
    octets.get(..length as usize).unwrap_or_default()
}

/// The number that a call gives. A result for which the memory had no room is a failure.
fn outcome(result: Result<(), Failure>, sink: &Room<'_>) -> u32 {
    match result {
        Err(failure) => number::failure(failure, sink.length()),
        Ok(()) if sink.is_full() => {
            number::failure(Failure { kind: Kind::Argument, reason: Reason::TooLong }, 0)
        }
        Ok(()) => sink.length() as u32,
    }
}
