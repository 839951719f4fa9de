//! What was found of a member, in four numbers, which JavaScript reads in the module's memory.

/// The first two numbers of a slot are a place in the text or a value, and the third has the marks. The fourth is
/// the first octet of the value as the scan found it, 0 if the member is missing or was judged.
///
/// | after the judgement | 1st | 2nd | marks |
/// |---|---|---|---|
/// | text | where its content begins | where it ends | [`FOUND`], [`ESCAPED`], [`ODD`] |
/// | seconds | the lower 32 bits | the upper 32 bits | [`FOUND`] |
/// | flag | 0 or 1 | 0 | [`FOUND`] |
/// | array | where it begins | where it ends | [`FOUND`] |
/// | missing | 0 | 0 | none, or [`KEPT`] |
/// | not readable | the number of the reason | 0 | [`UNREAD`] |
pub(crate) type Slot = [u32; 4];

/// The member is there, and not `null`.
pub(crate) const FOUND: u32 = 1;

/// The content of the string has escapes.
pub(crate) const ESCAPED: u32 = 2;

/// The content of the string, as it is written, has a character that is not printable ASCII.
pub(crate) const ODD: u32 = 4;

/// The content of the string has half of a surrogate pair. Such a text is refused, so that no slot has this mark
/// after the judgement.
pub(crate) const HALF: u32 = 32;

/// The member is missing, and the former value stays.
pub(crate) const KEPT: u32 = 8;

/// The member is there, and cannot be read.
pub(crate) const UNREAD: u32 = 16;

/// The part of a text that a slot found; of a string, what is between the quotes.
pub(crate) fn content<'a>(text: &'a [u8], slot: &Slot) -> &'a [u8] {
    let [from, to, ..] = *slot;
    text.get(from as usize..to as usize).unwrap_or_default()
}

/// The seconds in a slot; `None` if the member was not found.
pub(crate) fn seconds(slot: &Slot) -> Option<i64> {
    let [low, high, marks, _] = *slot;
    (marks & FOUND != 0).then(|| (u64::from(high) << 32 | u64::from(low)) as i64)
}
