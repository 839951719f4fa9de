//! Eight bytes of text looked at in one go: tokens are long, and every byte of one is checked.

/// Where a byte is first; it has to be ASCII.
pub(crate) fn position(bytes: &[u8], byte: u8) -> Option<usize> {
    let mut length = 0;
    let (words, rest) = words(bytes);
    for word in words {
        let marks = equal(word, byte);
        if marks != 0 {
            return Some(length + first_marked(marks));
        }
        length += 8;
    }
    rest.iter().position(|other| *other == byte).map(|index| length + index)
}

/// The bytes of `text`, eight at a time, and those that are left over.
pub(crate) fn words(bytes: &[u8]) -> (impl Iterator<Item = u64>, &[u8]) {
    let (chunks, rest) = bytes.as_chunks::<8>();
    (chunks.iter().map(|chunk| u64::from_le_bytes(*chunk)), rest)
}

/// Marks, with its top bit, the first byte of a word that is less than `limit` (at most 128); bytes
/// after it may be marked as well. Subtracting borrows from a byte's top bit only where the byte is
/// less, and bytes that have it already are no ASCII.
pub(crate) fn below(word: u64, limit: u8) -> u64 {
    word.wrapping_sub(ONES * u64::from(limit)) & !word & TOPS
}

/// Marks, with its top bit, the first byte of a word that is `byte`; bytes after it may be marked as
/// well.
pub(crate) fn equal(word: u64, byte: u8) -> u64 {
    below(word ^ (ONES * u64::from(byte)), 1)
}

/// Marks, with its top bit, the first byte of a word that is no printable ASCII, or `"` or `\`; bytes after it may be
/// marked as well.
pub(crate) fn not_plain(word: u64) -> u64 {
    let less = |limit| word.wrapping_sub(ONES * limit);
    let is = |byte: u8| (word ^ (ONES * u64::from(byte))).wrapping_sub(ONES);
    (less(0x20) | is(b'"') | is(b'\\') | word | word.wrapping_add(ONES)) & TOPS
}

/// Which byte of the word a mark marks first, from 0; 8 if none is marked.
pub(crate) fn first_marked(marks: u64) -> usize {
    marks.trailing_zeros() as usize / 8
}

const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = 0x8080_8080_8080_8080;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_byte_that_is_not_plain_is_marked_first() {
        for byte in 0..=255u8 {
            for at in 0..8 {
                let mut bytes = [b'a'; 8];
                bytes[at] = byte;
                bytes[7] = if at == 7 { byte } else { 0xff };
                let marks = not_plain(u64::from_le_bytes(bytes));
                let is_plain =
                    |byte: &u8| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
                let expected = bytes.iter().position(|byte| !is_plain(byte));
                assert_eq!(first_marked(marks), expected.unwrap_or(8), "{bytes:?}");
            }
        }
    }

    #[test]
    fn the_first_mark_is_the_first_such_byte() {
        for byte in 0..=255u8 {
            for at in 0..8 {
                let mut bytes = [b'a'; 8];
                bytes[at] = byte;
                bytes[7] = if at == 7 { byte } else { 0x80 };
                let word = u64::from_le_bytes(bytes);
                let marks = below(word, 0x20) | equal(word, b'"');
                let expected = bytes.iter().position(|byte| *byte < 0x20 || *byte == b'"');
                assert_eq!((marks != 0).then(|| first_marked(marks)), expected, "{bytes:?}");
            }
        }
    }
}
