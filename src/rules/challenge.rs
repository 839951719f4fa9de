//! The challenge of a `WWW-Authenticate` field (RFC 9110 section 11.6.1, RFC 6750 section 3).

use super::answer::refuse;
use super::failure::{Failure, Kind};
use super::reason::Reason;
use super::sink::Sink;
use super::split::split_once;
use super::unescaped::Unescaped;

/// The parameters that are read.
pub(crate) const PARAMETERS: [&str; 3] = ["error", "error_description", "error_uri"];

/// The refusal that a challenge is, whose words it writes to `sink`; `None` if the challenge has no `error`.
/// `values` takes the parameters that are decoded on the way.
pub(crate) fn read(
    challenge: &[u8],
    values: &mut impl Sink,
    sink: &mut impl Sink,
) -> Option<Failure> {
    let [error, description, page] = PARAMETERS.map(|name| {
        let start = values.length();
        if parameter(challenge, name.as_bytes(), values).is_none() {
            values.cut(start);
        }
        start..values.length()
    });
    if error.is_empty() {
        return None;
    }
    let value = |range| Unescaped::plain(values.since(0).get(range).unwrap_or_default());
    refuse([error, description, page, 0..0, 0..0].map(value), sink);
    Some(Failure { kind: Kind::OAuth, reason: Reason::None })
}

/// Writes the value of a parameter, such as `error` of `Bearer realm="x", error="invalid_token"`; `None`
/// if it is not there or not well-formed.
pub(crate) fn parameter(challenge: &[u8], name: &[u8], sink: &mut impl Sink) -> Option<()> {
    // The scheme stands before the first space.
    let mut rest = split_once(challenge, b' ').1?;
    loop {
        let (key, after) = split_once(rest, b'=');
        let start = sink.length();
        rest = value(after?.trim_ascii_start(), sink)?;
        // The scheme of another challenge may stand before the name.
        let key = key.trim_ascii_end();
        let word = key.iter().rposition(|octet| matches!(octet, b' ' | b'\t' | b','));
        if key.get(word.map_or(0, |word| word + 1)..)?.eq_ignore_ascii_case(name) {
            return Some(());
        }
        sink.cut(start);
    }
}

/// Writes a token or a quoted string, and gives the text that follows it; `None` for a quoted string that
/// does not end.
fn value<'a>(text: &'a [u8], sink: &mut impl Sink) -> Option<&'a [u8]> {
    let [b'"', quoted @ ..] = text else {
        let end = text.iter().position(|octet| matches!(octet, b',' | b' '));
        let (token, rest) = text.split_at_checked(end.unwrap_or(text.len()))?;
        sink.extend(token);
        return Some(rest);
    };
    let mut rest = quoted;
    loop {
        match rest {
            [b'"', rest @ ..] => return Some(rest),
            [b'\\', octet, after @ ..] | [octet, after @ ..] => {
                sink.push(*octet);
                rest = after;
            }
            [] => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    fn parameter(challenge: &str, name: &str) -> Option<String> {
        let mut sink = Vec::new();
        super::parameter(challenge.as_bytes(), name.as_bytes(), &mut sink)?;
        String::from_utf8(sink).ok()
    }

    #[test]
    fn rfc_6750_section_3_1_parameters() {
        let challenge = r#"Bearer realm="a, \"b\"", error="invalid_token",error_description="ex = pired" , x=y"#;
        assert_eq!(parameter(challenge, "error").as_deref(), Some("invalid_token"));
        assert_eq!(parameter(challenge, "error_description").as_deref(), Some("ex = pired"));
        assert_eq!(parameter(challenge, "REALM").as_deref(), Some("a, \"b\""));
        assert_eq!(parameter(challenge, "x").as_deref(), Some("y"));
        assert_eq!(parameter(challenge, "scope"), None);
    }

    #[test]
    fn what_is_not_well_formed_has_no_parameters() {
        for challenge in [
            "",
            "Bearer",
            "Bearer error",
            "Bearer error=\"open",
            "Bearer error=\"\\",
            "Bearer =,=,=",
        ] {
            assert_eq!(parameter(challenge, "error"), None, "{challenge}");
        }
    }
}
