//! The memory through which JavaScript and the rules exchange texts. It is static and never grows, so that
//! JavaScript has to ask for its addresses only once.

use std::cell::RefCell;

use crate::rules::answer::SLOTS;
use crate::rules::json::{LONGEST, NAMES, Name};
use crate::rules::number::{OUT, TABLE};
use crate::rules::slot::Slot;

/// The most octets that a call takes: the longest JSON text, and as much more as shows that a text is longer.
const SIZE: usize = LONGEST + 4;

/// The memory of all calls, whose first parts JavaScript knows by their sizes. It is aligned to eight octets because
/// JavaScript reads the slots also as 64-bit numbers, and a `BigInt64Array` has to begin at a multiple of eight.
#[repr(C, align(8))]
pub(super) struct Memory {
    /// What was found of an answer's members.
    pub(super) slots: [Slot; SLOTS],
    /// The result of a call that writes a text. JavaScript reads it after the call, and wipes it.
    pub(super) out: [u8; OUT],
    /// The table of the wanted members. It stays until JavaScript writes another one.
    pub(super) table: [u8; TABLE],
    /// The text that a call takes. JavaScript writes it before the call, and wipes it after it.
    pub(super) input: [u8; SIZE],
    /// Room for the names of all objects that a JSON text can have open at a time.
    pub(super) names: [Name; NAMES],
}

thread_local! {
    static MEMORY: RefCell<Memory> = const {
        RefCell::new(Memory {
            slots: [[0; 4]; SLOTS],
            out: [0; OUT],
            table: [0; TABLE],
            input: [0; SIZE],
            names: [(0, 0); NAMES],
        })
    };
}

/// Lends the memory to one call. It is always free, because the module has one thread and no export calls
/// another one; the 0 for a memory that is in use can therefore never be given.
pub(super) fn with_memory(use_it: impl FnOnce(&mut Memory) -> u32) -> u32 {
    MEMORY.with(|memory| memory.try_borrow_mut().map_or(0, |mut memory| use_it(&mut memory)))
}
