//! What was found of a member, in four numbers. JavaScript reads the same ones in the module's memory.

/// A place in the text and marks, or a value and marks; the last number is the first octet of the
/// value, 0 once it was judged.
///
/// | | 1st | 2nd | marks |
/// |---|---|---|---|
/// | text | where its content begins | where it ends | [`FOUND`], [`ESCAPED`], [`ODD`] |
/// | seconds | the lower 32 bits | the upper ones | [`FOUND`] |
/// | flag | 0 or 1 | 0 | [`FOUND`] |
/// | array | where it begins | where it ends | [`FOUND`] |
pub(crate) type Slot = [u32; 4];

/// The member is there, and not `null`.
pub(crate) const FOUND: u32 = 1;

/// The content has escapes.
pub(crate) const ESCAPED: u32 = 2;

/// Something as written is not printable ASCII.
pub(crate) const ODD: u32 = 4;

/// The content has half of a surrogate pair. No member that is read has this mark in the end.
pub(crate) const HALF: u32 = 32;

/// The member is missing, and what there was before stays.
pub(crate) const KEPT: u32 = 8;

/// The member is there, and is nothing that can be read.
pub(crate) const UNREAD: u32 = 16;

/// The part of a text that a slot says.
pub(crate) fn content<'a>(text: &'a [u8], slot: &Slot) -> &'a [u8] {
    let [from, to, ..] = *slot;
    text.get(from as usize..to as usize).unwrap_or_default()
}

/// The seconds of a slot.
pub(crate) fn seconds(slot: &Slot) -> Option<i64> {
    let [low, high, marks, _] = *slot;
    (marks & FOUND != 0).then(|| (u64::from(high) << 32 | u64::from(low)) as i64)
}

/// The slot of seconds.
pub(crate) fn of_seconds(seconds: Option<i64>) -> Slot {
    seconds.map_or([0; 4], |seconds| [seconds as u32, (seconds >> 32) as u32, FOUND, 0])
}
