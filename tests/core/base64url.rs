use eiam_token::base64url::{decode, encode, to_padded_base64};
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(crate::cases(256))]

    #[test]
    fn what_is_encoded_decodes(bytes in vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(decode(&encode(&bytes)), Ok(bytes));
    }

    #[test]
    fn each_byte_string_has_one_encoding(text in "[A-Za-z0-9_-]{0,12}") {
        if let Ok(bytes) = decode(&text) {
            prop_assert_eq!(encode(&bytes), text);
        }
    }

    #[test]
    fn the_length_and_the_alphabet_are_the_rfcs(bytes in vec(any::<u8>(), 0..100)) {
        let text = encode(&bytes);
        prop_assert_eq!(text.len(), (bytes.len() * 8).div_ceil(6));
        prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        prop_assert_eq!(to_padded_base64(&text).len(), bytes.len().div_ceil(3) * 4);
    }

    #[test]
    fn any_text_is_decoded_or_refused_inside_it(text in any::<String>()) {
        if let Err(error) = decode(&text) {
            prop_assert!(error.offset < text.len());
        }
    }

    #[test]
    fn one_character_of_another_alphabet_is_found(
        text in "[A-Za-z0-9_-]{0,20}",
        wrong in "[^A-Za-z0-9_-]",
        rest in "[A-Za-z0-9_-]{0,20}",
    ) {
        let offset = decode(&format!("{text}{wrong}{rest}")).unwrap_err().offset;
        prop_assert_eq!(offset, text.len());
    }
}
