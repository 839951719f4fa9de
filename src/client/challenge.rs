//! The challenge of a `WWW-Authenticate` field (RFC 9110 section 11.6.1, RFC 6750 section 3).

use std::borrow::Cow;

use crate::text;

/// `error`, `error_description` and `error_uri` of a challenge (RFC 6750 section 3); empty for none.
pub(crate) type Challenge<'a> = [Cow<'a, str>; 3];

/// `error`, `error_description` and `error_uri` of a challenge; empty for what it does not have.
pub(super) fn read(challenge: &str) -> Challenge<'_> {
    ["error", "error_description", "error_uri"]
        .map(|name| parameter(challenge, name).unwrap_or_default())
}

/// The value of a parameter, such as `error` of `Bearer realm="x", error="invalid_token"`; `None` if
/// it is not there or not well-formed.
fn parameter<'a>(challenge: &'a str, name: &str) -> Option<Cow<'a, str>> {
    // The scheme comes first.
    let (_, mut rest) = text::split_once(challenge, b' ')?;
    loop {
        let (key, after) = text::split_once(rest, b'=')?;
        let (value, following) = value(after.trim_ascii_start())?;
        // Before it there may be the scheme of another challenge.
        let key = key.trim_ascii_end().rsplit([' ', '\t', ',']).next().unwrap_or_default();
        if key.eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = following;
    }
}

/// A token or a quoted string, and what follows it.
fn value(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.bytes().position(|byte| byte == b',' || byte == b' ');
        let (token, rest) = text.split_at_checked(end.unwrap_or(text.len()))?;
        return Some((Cow::Borrowed(token), rest));
    };
    let mut value = String::new();
    let mut rest = quoted.chars();
    loop {
        match rest.next()? {
            '"' => return Some((Cow::Owned(value), rest.as_str())),
            '\\' => value.push(rest.next()?),
            other => value.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        for challenge in ["", "Bearer", "Bearer error", "Bearer error=\"open", "Bearer =,=,="] {
            assert_eq!(parameter(challenge, "error"), None, "{challenge}");
        }
    }
}
