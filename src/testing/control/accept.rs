//! Whether somebody wants text.

/// Whether the field `Accept` has text before everything else that it does not refuse by its weight (RFC 9110 section
/// 12.4.2).
pub(super) fn prefers_text(accept: &str) -> bool {
    let first = accept.split(',').find(|range| !parts(range).any(is_refusal));
    first
        .and_then(|range| parts(range).next())
        .is_some_and(|media_type| media_type.trim_ascii().eq_ignore_ascii_case(b"text/plain"))
}

/// A media type and its parameters.
fn parts(range: &str) -> impl Iterator<Item = &[u8]> {
    range.as_bytes().split(|byte| *byte == b';')
}

/// Whether a parameter is a weight of 0.
fn is_refusal(parameter: &[u8]) -> bool {
    match parameter.trim_ascii() {
        [b'q' | b'Q', b'=', b'0', rest @ ..] => rest.iter().all(|byte| matches!(byte, b'.' | b'0')),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_9110_section_12_4_2_what_weighs_nothing_is_not_wanted() {
        for (accept, text) in [
            ("", false),
            ("text/plain", true),
            ("Text/PLAIN", true),
            ("text/plain;charset=utf-8", true),
            (" text/plain ; Q=0.500", true),
            ("text/plain;q=0", false),
            ("text/plain; Q=0.000", false),
            ("text/plain, application/json", true),
            ("application/json, text/plain, */*", false),
            ("application/json;q=0, text/plain;q=0.1", true),
            ("text/plainer", false),
            ("text/*", false),
            ("*/*", false),
        ] {
            assert_eq!(prefers_text(accept), text, "{accept}");
        }
    }
}
