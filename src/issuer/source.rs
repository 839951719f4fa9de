//! Where a request came from, as one that has several addresses still counts once.

use core::net::{Ipv4Addr, Ipv6Addr};

/// The network of a source: an IPv4 address, also of one that is mapped into IPv6 (RFC 4291 section
/// 2.5.5.2), the /64 of an IPv6 address, as its holder has all of them (RFC 4291 section 2.5.4); else
/// the text itself. Empty if it is not known. A zone and a port do not matter.
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
    if let Ok(address) = address.parse::<Ipv4Addr>() {
        return address.octets().to_vec();
    }
    let Ok(address) = address.parse::<Ipv6Addr>() else {
        return text.as_bytes().to_vec();
    };
    match address.to_ipv4_mapped() {
        Some(address) => address.octets().to_vec(),
        None => address.octets().split_at(8).0.to_vec(),
    }
}

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
        let all =
            ["192.0.2.7", "192.0.2.8", "2001:db8::", "2001:db8:0:1::", "socket", "[", "::1", ""];
        for (index, one) in all.iter().enumerate() {
            for other in all.iter().skip(index + 1) {
                assert_ne!(network(Some(one)), network(Some(other)), "{one} {other}");
            }
        }
        assert_eq!(network(None), network(Some("")));
    }
}
