//! Text in two.

/// What is before the first of an octet, and what follows it; all, and `None`, if there is none.
#[inline(never)]
pub(crate) fn split_once(text: &[u8], separator: u8) -> (&[u8], Option<&[u8]>) {
    let at = text.iter().position(|octet| *octet == separator).unwrap_or(text.len());
    (text.get(..at).unwrap_or_default(), text.get(at + 1..))
}
