//! The parameter `prompt` (OpenID Connect Core section 3.1.2.1).

use crate::issuer::check::scope;
use crate::issuer::wire::refusal::Refusal;

/// What `prompt` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prompt {
    /// No page may be shown.
    pub(crate) none: bool,
    /// The user signs in, whoever is signed in already.
    pub(crate) login: bool,
    /// The user is asked, whatever the application's setting.
    pub(crate) consent: bool,
}

impl Prompt {
    /// Every word that is known, for the metadata.
    pub(crate) const WORDS: [&str; 4] = ["none", "login", "consent", "select_account"];

    /// Reads the words of the parameter.
    pub(crate) fn read(text: &str) -> Result<Self, Refusal> {
        let wrong =
            Refusal::ParameterInvalid("prompt", "login, consent, select_account, or none alone");
        let mut prompt = Self::default();
        let mut words = 0;
        for word in scope::items(text) {
            words += 1;
            match word {
                "none" => prompt.none = true,
                // Choosing an account is signing in: one browser has one session.
                "login" | "select_account" => prompt.login = true,
                "consent" => prompt.consent = true,
                _ => return Err(wrong),
            }
        }
        if prompt.none && words > 1 {
            return Err(wrong);
        }
        Ok(prompt)
    }
}
