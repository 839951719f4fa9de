//! The source of a request. All addresses that one person may have count as one source.

/// The network of a source. It is the IPv4 address, also if that is mapped into IPv6 (RFC 4291
/// section 2.5.5.2), or the /64 of an IPv6 address, because the holder of one address has the whole
/// /64 (RFC 4291 section 2.5.4). Any other text counts as it is. It is empty if the source is not
/// known. Zones and ports do not matter.
pub(crate) fn network(source: Option<&str>) -> Vec<u8> {
    let text = source.unwrap_or_default().trim();
    let host = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, _)) => host,
        None => match text.split_once(':') {
            Some((host, port)) if !port.contains(':') => host,
            _ => text,
        },
    };
    let address = host.split('%').next().unwrap_or(host);
    let mut network = ipv4(address).or_else(|| ipv6(address));
    if let Some(bytes) = &mut network {
        match bytes.strip_prefix(&MAPPED) {
            Some(mapped) => *bytes = mapped.to_vec(),
            // Four bytes of IPv4 stay as they are.
            None => bytes.truncate(8),
        }
    }
    network.unwrap_or_else(|| text.as_bytes().to_vec())
}

/// The four bytes of an IPv4 address. The reader of the standard library would add two kilobytes to
/// the wasm module.
fn ipv4(text: &str) -> Option<Vec<u8>> {
    let bytes: Vec<u8> =
        text.split('.').map(|part| number(part, 10)?.try_into().ok()).collect::<Option<_>>()?;
    (bytes.len() == 4).then_some(bytes)
}

/// The sixteen bytes of an IPv6 address (RFC 4291 section 2.2).
fn ipv6(text: &str) -> Option<Vec<u8>> {
    // Searching for two characters with the standard library would add a kilobyte to the wasm
    // module.
    let (head, tail) = match text.as_bytes().windows(2).position(|pair| pair == b"::") {
        Some(gap) => (groups(text.get(..gap)?)?, groups(text.get(gap + 2..)?)?),
        None => (groups(text).filter(|bytes| bytes.len() == 16)?, Vec::new()),
    };
    let left = 16_usize.checked_sub(head.len() + tail.len())?;
    Some([head, vec![0; left], tail].concat())
}

/// The bytes of groups that are separated by colons. The last group may be an IPv4 address.
fn groups(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for group in text.split(':').filter(|_| !text.is_empty()) {
        match ipv4(group) {
            Some(last) => bytes.extend(last),
            None => bytes.extend(number(group, 16)?.to_be_bytes()),
        }
    }
    Some(bytes)
}

/// A number of one to four digits.
fn number(digits: &str, radix: u32) -> Option<u16> {
    if digits.is_empty() || digits.len() > 4 {
        return None;
    }
    let number =
        digits.chars().try_fold(0, |sum, digit| Some(sum * radix + digit.to_digit(radix)?))?;
    u16::try_from(number).ok()
}

/// The first bytes of an IPv4-mapped address.
const MAPPED: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_an_address_are_one_source() {
        for (one, others) in [
            ("192.0.2.7", ["::ffff:192.0.2.7", "::FFFF:c000:207", "192.0.2.7:4711"]),
            ("2001:db8::1", ["2001:DB8:0:0::ffff:1", "[2001:db8::2]:443", "2001:db8::1%eth0"]),
            ("fe80::1", ["FE80::2%1", "fe80::3%lo0", " fe80::1 "]),
        ] {
            for other in others {
                assert_eq!(network(Some(other)), network(Some(one)), "{other}");
            }
        }
    }

    #[test]
    fn others_are_others() {
        let all = [
            "192.0.2.7",
            "192.0.2.8",
            "2001:db8::",
            "2001:db8:0:1::",
            "socket",
            "[",
            "::1",
            "1::2::3",
            "2001:db8:::1",
            "192.0.2.256",
            "192.0.2",
            "1:2:3:4:5:6:7:8:9",
            "12345::",
            "",
        ];
        for (index, one) in all.iter().enumerate() {
            for other in all.iter().skip(index + 1) {
                assert_ne!(network(Some(one)), network(Some(other)), "{one} {other}");
            }
        }
        assert_eq!(network(None), network(Some("")));
    }
}
