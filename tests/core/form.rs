use eiam_token::form::{Encoder, FormError, Limits, decode, encode, parse};
use proptest::collection::vec;
use proptest::prelude::*;

fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    // Encoded, an empty name and value is "=", which is still a pair.
    vec((any::<String>(), any::<String>()), 0..20)
}

fn encoded(pairs: &[(String, String)]) -> String {
    let mut form = Encoder::new();
    for (name, value) in pairs {
        form.pair(name, value);
    }
    form.finish()
}

proptest! {
    #![proptest_config(crate::cases(256))]

    #[test]
    fn pairs_are_read_back_in_order(pairs in pairs()) {
        prop_assert_eq!(parse(&encoded(&pairs), Limits::default()), Ok(pairs));
    }

    #[test]
    fn a_value_is_read_back(text in any::<String>()) {
        prop_assert_eq!(decode(&encode(&text)), Ok(text));
    }

    #[test]
    fn the_encoding_has_only_characters_of_a_form(text in any::<String>()) {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"*-._+%".contains(&byte);
        prop_assert!(encode(&text).bytes().all(plain));
    }

    #[test]
    fn any_text_is_read_or_refused_inside_it(text in any::<String>()) {
        let end = text.len();
        match parse(&text, Limits::default()) {
            Ok(_) | Err(FormError::TooManyParameters { .. }) => {}
            Err(FormError::Escape { offset }) => {
                prop_assert_eq!(text.as_bytes().get(offset), Some(&b'%'));
            }
            Err(FormError::Utf8 { offset } | FormError::TooLong { offset, .. }) => {
                prop_assert!(offset <= end);
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn limits_hold(count in 0usize..20, length in 0usize..20) {
        let limits = Limits { parameters: 10, value_bytes: 10 };
        let pairs = vec![("n".to_owned(), "é".repeat(length)); count];
        let fits = count <= 10 && (count == 0 || length * 2 <= 10);
        prop_assert_eq!(parse(&encoded(&pairs), limits).is_ok(), fits);
    }

    /// What the browsers' URLSearchParams, as Python's quote_plus imitates it, would write.
    #[test]
    fn spaces_and_reserved_characters(space in " {1,3}", reserved in "[!#$&'()+,/:;=?@\\[\\]~%|]") {
        let text = format!("{space}{reserved}");
        let expected = format!("{}%{:02X}", "+".repeat(space.len()), reserved.as_bytes()[0]);
        prop_assert_eq!(encode(&text), expected);
    }
}
