//! `application/x-www-form-urlencoded` (WHATWG URL section 5), as queries and forms have it.

use super::sink::Sink;
use super::unescaped::hex;

/// Writes one name or value.
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

/// Writes a parameter, behind the others if there are some.
pub(crate) fn pair(name: &[u8], value: &[u8], sink: &mut impl Sink) {
    if !matches!(sink.since(sink.length().saturating_sub(1)), [] | [b'?' | b'&']) {
        sink.push(b'&');
    }
    encode(name, sink);
    sink.push(b'=');
    encode(value, sink);
}

/// Writes what an encoded name or value stands for. Says whether all its escapes are good; one that is
/// not stands for itself.
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

fn digit(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 }
}
