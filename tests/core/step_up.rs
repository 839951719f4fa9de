//! The challenge of RFC 9470.

use eiam_token::step_up::StepUp;

#[test]
fn rfc_9470_section_3_challenges() {
    let usual = "error=\"insufficient_user_authentication\", \
                 error_description=\"The user has to sign in again, in another way or more recently\"";
    for (step_up, expected) in [
        (StepUp::new(), format!("Bearer {usual}")),
        (StepUp::new().max_age(0), format!("Bearer {usual}, max_age=\"0\"")),
        (
            StepUp::new().acr_values(["a", "urn:b"]).realm("api").dpop(),
            format!("DPoP realm=\"api\", {usual}, acr_values=\"a urn:b\""),
        ),
        (
            StepUp::new().description("More, please").max_age(u64::MAX),
            "Bearer error=\"insufficient_user_authentication\", error_description=\"More, please\", \
             max_age=\"18446744073709551615\""
                .to_owned(),
        ),
        (StepUp::new().acr_values([""; 0]), format!("Bearer {usual}")),
    ] {
        assert_eq!(step_up.challenge().unwrap(), expected);
    }
}

#[test]
fn rfc_6750_section_3_nothing_leaves_its_quotes() {
    for text in ["a\"", "a\\", "a\r\nSet-Cookie: x", "é", "\u{7f}", "\0"] {
        for (step_up, name) in [
            (StepUp::new().realm(text), "realm"),
            (StepUp::new().description(text), "error_description"),
            (StepUp::new().acr_values(["a", text]), "acr_values"),
        ] {
            let error = step_up.challenge().unwrap_err();
            assert_eq!(error.parameter(), name);
            assert!(error.to_string().starts_with(&format!("{name}: expected")));
        }
    }
    for acr in ["", " ", "a b"] {
        assert!(StepUp::new().acr_values([acr]).challenge().is_err(), "{acr}");
    }
}
