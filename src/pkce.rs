//! Proof Key for Code Exchange (RFC 7636).

use core::fmt;

use crate::base64url;
use crate::rules::pkce as rules;
use crate::secret::{Secret, constant_time_eq};
use crate::text;

/// A verifier and its `S256` challenge, for one authorization request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pkce {
    verifier: Secret,
    challenge: String,
}

impl Pkce {
    /// Makes the pair from 32 random octets, as RFC 7636 section 4.1 recommends. The verifier has
    /// 43 characters and 256 bits of entropy.
    #[must_use]
    pub fn from_random(random: &[u8; 32]) -> Self {
        let verifier = base64url::encode(random);
        let challenge = s256(&verifier);
        Self { verifier: verifier.into(), challenge }
    }

    /// Makes the pair from an existing verifier.
    ///
    /// # Errors
    /// Fails for a verifier that RFC 7636 section 4.1 does not allow.
    pub fn from_verifier(verifier: &str) -> Result<Self, VerifierError> {
        let challenge = challenge(verifier)?;
        Ok(Self { verifier: verifier.into(), challenge })
    }

    /// The verifier. Keep it secret until it is sent with the code.
    #[must_use]
    pub fn verifier(&self) -> &Secret {
        &self.verifier
    }

    /// The `S256` challenge, to be sent with the authorization request.
    #[must_use]
    pub fn challenge(&self) -> &str {
        &self.challenge
    }
}

/// How a challenge is derived from a verifier (RFC 7636 section 4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `BASE64URL(SHA256(ASCII(verifier)))`.
    S256,
    /// The verifier itself. The client never uses this method, but an issuer may have to allow it.
    Plain,
}

impl Method {
    /// Both methods.
    pub const ALL: [Self; 2] = [Self::S256, Self::Plain];

    /// The method of this name in `code_challenge_method`. Names are case-sensitive.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }

    /// The method's name in `code_challenge_method`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::S256 => "S256",
            Self::Plain => "plain",
        }
    }

    /// Whether the challenge was derived from this verifier (RFC 7636 section 4.6). The comparison
    /// takes constant time.
    #[must_use]
    pub fn verifies(self, challenge: &str, verifier: &str) -> bool {
        match self {
            Self::S256 => constant_time_eq(s256(verifier).as_bytes(), challenge.as_bytes()),
            Self::Plain => constant_time_eq(verifier.as_bytes(), challenge.as_bytes()),
        }
    }
}

/// Derives the `S256` challenge from a verifier (RFC 7636 section 4.2).
///
/// # Errors
/// Those of [`check_verifier`].
///
/// ```
/// let challenge = eiam_token::pkce::challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")?;
/// assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
/// # Ok::<(), eiam_token::pkce::VerifierError>(())
/// ```
pub fn challenge(verifier: &str) -> Result<String, VerifierError> {
    check_verifier(verifier)?;
    Ok(s256(verifier))
}

/// Checks that a verifier has 43 to 128 unreserved characters (RFC 7636 section 4.1).
///
/// # Errors
/// Says which of the two conditions the verifier violates.
pub fn check_verifier(verifier: &str) -> Result<(), VerifierError> {
    if let Some(offset) = rules::wrong_character(verifier.as_bytes()) {
        return Err(VerifierError::Character { offset });
    }
    match verifier.len() {
        length if rules::is_length(length) => Ok(()),
        length => Err(VerifierError::Length { length }),
    }
}

/// Why a verifier is refused. The error does not contain the verifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifierError {
    /// Not between 43 and 128 characters.
    Length {
        /// The characters that it has.
        length: usize,
    },
    /// A character other than `A-Z a-z 0-9 - . _ ~`.
    Character {
        /// The byte offset of the first one.
        offset: usize,
    },
}

impl VerifierError {
    /// What `Display` shows.
    pub(crate) fn message(&self) -> String {
        let (rule, number) = match self {
            Self::Length { length } => {
                ("a code verifier has 43 to 128 characters, this one has ", length)
            }
            Self::Character { offset } => (
                "a code verifier has only A-Z a-z 0-9 - . _ ~, this one has another at offset ",
                offset,
            ),
        };
        text::concat(&[rule, &text::decimal(*number)])
    }
}

impl fmt::Display for VerifierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for VerifierError {}

fn s256(verifier: &str) -> String {
    let mut challenge = Vec::new();
    rules::challenge(verifier.as_bytes(), &mut challenge);
    // Base64url is ASCII.
    String::from_utf8(challenge).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn rfc_7636_appendix_b() {
        let random = [
            116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212,
            37, 77, 105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
        ];
        let pkce = Pkce::from_random(&random);
        assert_eq!(pkce.verifier().expose(), VERIFIER);
        assert_eq!(pkce.challenge(), CHALLENGE);
        assert_eq!(Pkce::from_verifier(VERIFIER), Ok(pkce));
    }

    #[test]
    fn rfc_7636_section_4_1_length_and_alphabet() {
        assert_eq!(check_verifier(&"a".repeat(42)), Err(VerifierError::Length { length: 42 }));
        assert_eq!(check_verifier(&"a".repeat(43)), Ok(()));
        assert_eq!(check_verifier(&"~".repeat(128)), Ok(()));
        assert_eq!(check_verifier(&"a".repeat(129)), Err(VerifierError::Length { length: 129 }));
        let slash = format!("ab/{}", "a".repeat(40));
        assert_eq!(check_verifier(&slash), Err(VerifierError::Character { offset: 2 }));
    }

    #[test]
    fn rfc_7636_section_4_6_verification() {
        assert!(Method::S256.verifies(CHALLENGE, VERIFIER));
        assert!(!Method::S256.verifies(VERIFIER, VERIFIER));
        assert!(Method::Plain.verifies(VERIFIER, VERIFIER));
        assert!(!Method::Plain.verifies(CHALLENGE, VERIFIER));
    }

    #[test]
    fn the_verifier_is_not_in_debug() {
        let text = format!("{:?}", Pkce::from_random(&[7; 32]));
        assert!(text.contains("[redacted]"));
        assert!(!text.contains(Pkce::from_random(&[7; 32]).verifier().expose()));
    }
}
