//! The memory through which JavaScript and the rules exchange texts. It is static and never grows, so that
//! JavaScript has to ask for its addresses only once.

use std::cell::RefCell;

use crate::rules::answer::SLOTS;
use crate::rules::json::{LONGEST, NAMES, Name};
use crate::rules::slot::Slot;
use crate::rules::split::split_once;

/// The most octets that a call takes or gives: the longest JSON text, and 65,536 for what stands beside it.
const SIZE: usize = LONGEST + (1 << 16);

/// The memory of all calls. It is aligned to eight octets because JavaScript reads the slots also as 64-bit
/// numbers, and a `BigInt64Array` has to begin at a multiple of eight.
#[repr(C, align(8))]
pub(super) struct Memory {
    /// What was found of an answer's members.
    pub(super) slots: [Slot; SLOTS],
    /// The texts that a call takes. JavaScript writes them before the call, and wipes them after it.
    pub(super) input: [u8; SIZE],
    /// The result of a call, or the words of its failure. JavaScript reads it after the call, and wipes it.
    pub(super) out: [u8; SIZE],
    /// Intermediate texts of a call, which the call wipes itself.
    pub(super) scratch: [u8; SIZE],
    /// Room for the names of all objects that a JSON text can have open at a time.
    pub(super) names: [Name; NAMES],
}

thread_local! {
    static MEMORY: RefCell<Memory> = const {
        RefCell::new(Memory {
            slots: [[0; 4]; SLOTS],
            input: [0; SIZE],
            out: [0; SIZE],
            scratch: [0; SIZE],
            names: [(0, 0); NAMES],
        })
    };
}

/// Lends the memory to one call. It is always free, because the module has one thread and no export calls
/// another one; the 0 for a memory that is in use can therefore never be given.
pub(super) fn with_memory(use_it: impl FnOnce(&mut Memory) -> u32) -> u32 {
    MEMORY.with(|memory| memory.try_borrow_mut().map_or(0, |mut memory| use_it(&mut memory)))
}

/// The texts of an input, with U+0000 behind each. As an iterator it gives those that are left.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    /// The next text; empty if none is left.
    pub(super) fn text(&mut self) -> &'a [u8] {
        let (field, rest) = split_once(self.0, 0);
        self.0 = rest.unwrap_or_default();
        field
    }

    /// The next text; `None` if it is empty or none is left.
    pub(super) fn optional(&mut self) -> Option<&'a [u8]> {
        Some(self.text()).filter(|text| !text.is_empty())
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        (!self.0.is_empty()).then(|| self.text())
    }
}
