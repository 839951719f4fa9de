//! `application/x-www-form-urlencoded` (WHATWG URL section 5), as queries and forms have it.

use super::sink::Sink;
use super::unescaped::hex;

/// Writes a name or a value in its encoded form.
pub(crate) fn encode(text: &[u8], sink: &mut impl Sink) {
    for octet in text {
        match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => {
                sink.push(*octet);
            }
            b' ' => sink.push(b'+'),
            _ => {
                sink.push(b'%');
                sink.push(digit(octet >> 4));
                sink.push(digit(octet & 15));
            }
        }
    }
}

/// Writes a name and its value, with `&` before them unless they are the first parameter.
pub(crate) fn pair(name: &[u8], value: &[u8], sink: &mut impl Sink) {
    if !matches!(sink.since(sink.length().saturating_sub(1)), [] | [b'?' | b'&']) {
        sink.push(b'&');
    }
    encode(name, sink);
    sink.push(b'=');
    encode(value, sink);
}

/// Writes the octets that an encoded name or value stands for. It gives `false` if one of the escapes is
/// broken, which then stands for itself.
pub(crate) fn decode(encoded: &[u8], sink: &mut impl Sink) -> bool {
    let mut is_right = true;
    let mut rest = encoded;
    while let [first, after @ ..] = rest {
        rest = after;
        let octet = match first {
            b'+' => b' ',
            b'%' => match after {
                [high, low, after @ ..]
                    if let (Some(high), Some(low)) = (hex(*high), hex(*low)) =>
                {
                    rest = after;
                    (high << 4 | low) as u8
                }
                _ => {
                    is_right = false;
                    b'%'
                }
            },
            other => *other,
        };
        sink.push(octet);
    }
    is_right
}

/// The capital hexadecimal digit of a number below 16.
fn digit(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 }
}
