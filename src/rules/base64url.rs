//! Base64 with the URL-safe alphabet and no padding (RFC 4648 section 5, RFC 7515 section 2).

use super::sink::Sink;

/// Writes octets without padding.
pub(crate) fn encode(octets: &[u8], sink: &mut impl Sink) {
    write(octets, *b"-_", sink);
}

/// Writes octets in the standard alphabet with padding (RFC 4648 section 4), as HTTP's Basic
/// authentication wants them.
pub(crate) fn encode_padded(octets: &[u8], sink: &mut impl Sink) {
    write(octets, *b"+/", sink);
    for _ in 0..(3 - octets.len() % 3) % 3 {
        sink.push(b'=');
    }
}

/// Writes octets in the alphabet that ends with these two characters, without padding.
#[inline(never)]
fn write(octets: &[u8], [last_but_one, last]: [u8; 2], sink: &mut impl Sink) {
    let character = |bits: u32| match (bits & 63) as u8 {
        value @ 0..26 => value + b'A',
        value @ 26..52 => value - 26 + b'a',
        value @ 52..62 => value - 52 + b'0',
        62 => last_but_one,
        _ => last,
    };
    let (mut bits, mut held) = (0u32, 0);
    for octet in octets {
        bits = bits << 8 | u32::from(*octet);
        held += 8;
        while held >= 6 {
            held -= 6;
            sink.push(character(bits >> held));
        }
    }
    if held > 0 {
        sink.push(character(bits << (6 - held)));
    }
}

/// Writes the octets that a text without padding stands for in its place, and gives how many they are. It gives `None`
/// for a character outside the alphabet, which padding is as well, for a length that no encoding has, and for trailing
/// bits that are not zero, so that each octet string has exactly one encoding.
pub(crate) fn decode(text: &mut [u8]) -> Option<usize> {
    let (mut bits, mut held, mut length) = (0u32, 0, 0);
    for index in 0..text.len() {
        let octet = *text.get(index)?;
        let sextet = match octet {
            b'A'..=b'Z' => octet - b'A',
            b'a'..=b'z' => octet - b'a' + 26,
            b'0'..=b'9' => octet - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(sextet);
        held += 6;
        if held >= 8 {
            held -= 8;
            *text.get_mut(length)? = (bits >> held) as u8;
            bits &= (1 << held) - 1;
            length += 1;
        }
    }
    if held == 6 || bits != 0 { None } else { Some(length) }
}
