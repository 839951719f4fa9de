//! Forms and queries against what the browsers' standard makes of them.

#![no_main]

use eiam_token::form::{self, Encoder, FormError, Limits};
use libfuzzer_sys::fuzz_target;

/// Small, so that inputs beyond them are found.
const LIMITS: Limits = Limits { parameters: 6, value_bytes: 24 };

fuzz_target!(|text: &str| {
    match form::parse(text, LIMITS) {
        Ok(pairs) => {
            let theirs: Vec<_> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
            assert_eq!(pairs, theirs);
            assert!(pairs.len() <= LIMITS.parameters);
            let longest = pairs.iter().flat_map(|(name, value)| [name.len(), value.len()]).max();
            assert!(longest.is_none_or(|length| length <= LIMITS.value_bytes));
            assert_eq!(form::parse(&encoded(&pairs), LIMITS), Ok(pairs));
        }
        Err(FormError::Escape { offset }) => {
            let digits = text.as_bytes().get(offset + 1..offset + 3);
            assert_eq!(text.as_bytes().get(offset), Some(&b'%'));
            assert!(!digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)));
        }
        Err(FormError::Utf8 { offset }) => {
            let rest = text[offset..].split('&').next().unwrap_or_default();
            assert!(form::decode(rest).is_err());
        }
        Err(FormError::TooLong { offset, limit }) => {
            assert_eq!(limit, LIMITS.value_bytes);
            assert!(text.len() - offset > limit);
        }
        Err(FormError::TooManyParameters { limit }) => {
            assert_eq!(limit, LIMITS.parameters);
            // Empty ones count, which the other parser leaves out.
            assert!(text.split('&').count() > limit);
        }
        Err(other) => panic!("{other}"),
    }
});

fn encoded(pairs: &[(String, String)]) -> String {
    let mut form = Encoder::new();
    for (name, value) in pairs {
        form.pair(name, value);
    }
    form.finish()
}
