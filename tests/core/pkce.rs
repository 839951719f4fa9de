use eiam_token::base64url;
use eiam_token::pkce::{Method, Pkce, VerifierError, challenge, check_verifier};
use proptest::prelude::*;

proptest! {
    #![proptest_config(crate::cases(256))]

    #[test]
    fn a_pair_from_random_octets_verifies(random in any::<[u8; 32]>(), other in any::<[u8; 32]>()) {
        let pkce = Pkce::from_random(&random);
        let verifier = pkce.verifier().expose();
        prop_assert_eq!(verifier.len(), 43);
        prop_assert_eq!(base64url::decode(verifier), Ok(random.to_vec()));
        prop_assert_eq!(pkce.challenge().len(), 43);
        prop_assert!(Method::S256.verifies(pkce.challenge(), verifier));
        let another = Pkce::from_random(&other);
        let same = random == other;
        prop_assert_eq!(Method::S256.verifies(another.challenge(), verifier), same);
    }

    #[test]
    fn every_verifier_that_the_rfc_allows(verifier in "[A-Za-z0-9._~-]{43,128}") {
        let made = challenge(&verifier).unwrap();
        prop_assert!(Method::S256.verifies(&made, &verifier));
        let pkce = Pkce::from_verifier(&verifier).unwrap();
        prop_assert_eq!(pkce.challenge(), made);
    }

    #[test]
    fn no_verifier_of_another_length(verifier in "[A-Za-z0-9._~-]{0,42}|[A-Za-z0-9._~-]{129,150}") {
        let length = verifier.len();
        prop_assert_eq!(check_verifier(&verifier), Err(VerifierError::Length { length }));
    }

    #[test]
    fn no_verifier_with_another_character(
        start in "[A-Za-z0-9._~-]{0,60}",
        wrong in "[^A-Za-z0-9._~-]",
        rest in "[A-Za-z0-9._~-]{43,60}",
    ) {
        let refused = check_verifier(&format!("{start}{wrong}{rest}"));
        prop_assert_eq!(refused, Err(VerifierError::Character { offset: start.len() }));
    }
}
