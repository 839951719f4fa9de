//! The parameter `prompt` (OpenID Connect Core section 3.1.2.1).

use crate::issuer::check::scope;
use crate::issuer::wire::refusal::Refusal;

/// What `prompt` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Prompt {
    /// No page may be shown.
    pub(crate) none: bool,
    /// The user has to sign in, even if somebody is signed in already.
    pub(crate) login: bool,
    /// The user is asked for consent, whatever the setting of the application.
    pub(crate) consent: bool,
}

impl Prompt {
    /// All values, for the metadata.
    pub(crate) const WORDS: [&str; 4] = ["none", "login", "consent", "select_account"];

    /// Reads the value of the parameter.
    pub(crate) fn read(text: &str) -> Result<Self, Refusal> {
        let wrong =
            Refusal::ParameterInvalid(&("prompt", "login, consent, select_account, or none alone"));
        let mut prompt = Self::default();
        let mut words = 0;
        for word in scope::items(text) {
            words += 1;
            match word {
                "none" => prompt.none = true,
                // A browser has only one session, so the user chooses an account by signing in.
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
