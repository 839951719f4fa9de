//! What crosses the boundary: memory that is always there, never grows, and of which JavaScript knows the
//! places.

use std::cell::RefCell;

use crate::rules::answer::SLOTS;
use crate::rules::json::{LONGEST, NAMES, Name};
use crate::rules::slot::Slot;
use crate::rules::split::split_once;

/// The octets that a call takes or gives at most: a text, and what is beside it.
const SIZE: usize = LONGEST + (1 << 16);

/// The memory of all calls. JavaScript reads the slots as 64-bit numbers, too, which begin at multiples of
/// eight.
#[repr(C, align(8))]
pub(super) struct Memory {
    pub(super) slots: [Slot; SLOTS],
    /// What JavaScript writes before a call, and wipes after it.
    pub(super) input: [u8; SIZE],
    /// What a call gives: its result, or the words of its failure. JavaScript wipes that, too.
    pub(super) out: [u8; SIZE],
    /// What a call needs on its way, and wipes.
    pub(super) scratch: [u8; SIZE],
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

/// JavaScript calls one export after the other, so the memory is free; it is wasm's only thread.
pub(super) fn with_memory(use_it: impl FnOnce(&mut Memory) -> u32) -> u32 {
    MEMORY.with(|memory| memory.try_borrow_mut().map_or(0, |mut memory| use_it(&mut memory)))
}

/// Texts with U+0000 behind each.
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    /// The next one; empty if there is none.
    pub(super) fn text(&mut self) -> &'a [u8] {
        let (field, rest) = split_once(self.0, 0);
        self.0 = rest.unwrap_or_default();
        field
    }

    /// The next one, if it is not empty.
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
