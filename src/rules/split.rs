//! Splits texts.

/// The text before the first separator, and the text behind it; the whole text and `None` if it has none.
#[inline(never)]
pub(crate) fn split_once(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    let at = text.iter().position(|octet| *octet == separator).unwrap_or(text.len());
    (text.get(..at).unwrap_or_default(), text.get(at + 1..))
}
