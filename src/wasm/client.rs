//! The client's exports: numbers in, numbers out, and texts in a memory that JavaScript writes and reads
//! itself. They are not the package's public surface: the facade in `pkg/src/client` gives what they do
//! names, types and documentation.
//!
//! Nothing is kept between two calls except what JavaScript leaves in the memory, and nothing here allocates.

use wasm_bindgen::prelude::*;

use crate::rules::base64url;
use crate::rules::json::{Scan, Wanted};
use crate::rules::sha256;
use crate::rules::sink::Room;
use crate::rules::slot::Slot;
use crate::rules::table::Table;

mod memory;

use memory::{Memory, with_memory};

/// The address of the memory that JavaScript and the calls share: see [`Memory`].
#[wasm_bindgen]
pub fn m() -> u32 {
    with_memory(|memory| memory.slots.as_ptr().addr() as u32)
}

/// Scans the JSON text of `length` octets in the input, which has to be an object, and notes in the slots where its
/// members are. The wanted ones are the first `table` octets of the table.
///
/// It gives 0, or the number of the [`Reason`](crate::rules::reason::Reason) why the text is no JSON object; then the slots
/// say where it is not.
#[wasm_bindgen]
pub fn scan(table: u32, length: u32) -> u32 {
    with_memory(|memory| {
        let Memory { slots, table: tables, input, names, .. } = memory;
        slots.fill([0; 4]);
        let members = Table::new(up_to(tables, table));
        let mut scan = Scan::new(up_to(input, length), names);
        match scan.object(&mut Wanted { members, slots }) {
            Some(()) => 0,
            None => {
                note_place(&scan, slots);
                scan.reason as u32
            }
        }
    })
}

/// Notes in the slots where a scan has failed: the offset, the number of steps of the path, and behind the first slot
/// the two numbers of each step.
fn note_place(scan: &Scan<'_>, slots: &mut [Slot]) {
    let path = scan.path();
    let first = [(scan.offset as u32, path.len() as u32), (0, 0)];
    let mut steps = first.iter().chain(path);
    for slot in slots {
        for pair in slot.as_chunks_mut::<2>().0 {
            *pair = steps.next().map_or([0; 2], |step| [step.0, step.1]);
        }
    }
}

/// Writes a PKCE verifier and its challenge to the result. The input is 32 random octets.
#[wasm_bindgen]
pub fn pkce() {
    with_memory(|memory| {
        let Memory { input, out, .. } = memory;
        let (verifier, challenge) = out.split_at_mut_checked(43).unwrap_or_default();
        base64url::encode(up_to(input, 32), &mut Room::new(verifier));
        base64url::encode(&sha256::digest(verifier), &mut Room::new(challenge));
        0
    });
}

/// Writes the first `octets` of the SHA-256 of an input that has `length` octets, in base64url, to the result.
#[wasm_bindgen]
pub fn hash(length: u32, octets: u32) {
    with_memory(|memory| {
        let digest = sha256::digest(up_to(&memory.input, length));
        base64url::encode(up_to(&digest, octets), &mut Room::new(&mut memory.out));
        0
    });
}

/// Decodes base64url without padding in the input, which has `length` octets, and leaves zeros behind the octets that it
/// stands for. It gives how many they are, or the greatest number if the text is none.
#[wasm_bindgen]
pub fn decode(length: u32) -> u32 {
    with_memory(|memory| {
        let text = memory.input.get_mut(..length as usize).unwrap_or_default();
        let decoded = base64url::decode(text);
        text.get_mut(decoded.unwrap_or(0)..).unwrap_or_default().fill(0);
        decoded.map_or(u32::MAX, |length| length as u32)
    })
}

/// The first `length` octets; none if there are fewer.
fn up_to(octets: &[u8], length: u32) -> &[u8] {
    octets.get(..length as usize).unwrap_or_default()
}
