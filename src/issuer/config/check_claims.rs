//! What claims and authentication contexts of a configuration must be to make sense.

use super::authentication_context::AuthenticationContext;
use super::bounds::{MAX_AMR, MAX_CLAIM_VALUE, MAX_CONTEXTS, MAX_CUSTOM_CLAIMS, MAX_SUBJECT};
use super::check_resources::is_scope;
use super::custom_claim::{ClaimPlace, CustomClaim, is_claim_name};
use super::error::{ConfigError, join};
use super::root::Config;
use super::user::User;
use crate::issuer::check::authentication;

impl Config {
    /// Checks the claims that everybody is told, and the authentication contexts.
    pub(super) fn check_claims(&self) -> Result<(), ConfigError> {
        check_custom("", &self.custom_claims, &ClaimPlace::OF_USERS, None)?;
        for (index, resource) in self.resources.iter().enumerate() {
            let path = format!("resources[{index}]");
            let usual = &ClaimPlace::OF_RESOURCES;
            check_custom(&path, &resource.custom_claims, usual, None)?;
        }
        let contexts = &self.authentication_contexts;
        if contexts.len() > MAX_CONTEXTS {
            return Err(ConfigError::below("", "authenticationContexts", "16 at most"));
        }
        for (index, AuthenticationContext { acr, amr }) in contexts.iter().enumerate() {
            let path = format!("authenticationContexts[{index}]");
            check_context(&path, Some(acr), Some(amr))?;
            let is_same = |other: &AuthenticationContext| other.acr == *acr;
            if contexts.iter().take(index).any(is_same) || *acr == authentication::password(self) {
                let problem = "this context is there already";
                return Err(ConfigError::below(&path, "acr", problem));
            }
        }
        Ok(())
    }
}

impl User {
    /// Checks what is told about the user.
    pub(super) fn check_claims(&self, path: &str) -> Result<(), ConfigError> {
        check_subject(path, &self.user_id)?;
        check_context(path, self.acr.as_ref(), self.amr.as_ref())?;
        check_custom(path, &self.custom_claims, &ClaimPlace::OF_USERS, None)?;
        // What the issuer knows itself cannot be had otherwise.
        for (name, _) in &self.attributes.0 {
            if User::OWN_FIELDS.contains(&name.as_str()) {
                let path = format!("{path}.attributes");
                return Err(ConfigError::below(&path, name, "expressions have this field anyway"));
            }
        }
        Ok(())
    }

    /// The fields that every user has in expressions.
    pub(crate) const OWN_FIELDS: [&str; 3] = ["userId", "username", "status"];
}

/// Checks the id of a user, which is the `sub` of tokens (OpenID Connect Core section 2).
fn check_subject(path: &str, id: &str) -> Result<(), ConfigError> {
    if is_name(id) { Ok(()) } else { Err(ConfigError::below(path, "userId", NAME)) }
}

const NAME: &str = "1 to 255 printable characters of ASCII without spaces";

fn is_name(text: &str) -> bool {
    (1..=MAX_SUBJECT).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn check_context(
    path: &str,
    acr: Option<&String>,
    amr: Option<&Vec<String>>,
) -> Result<(), ConfigError> {
    if acr.is_some_and(|acr| !is_name(acr)) {
        return Err(ConfigError::below(path, "acr", NAME));
    }
    if amr.is_some_and(|amr| {
        !(1..=MAX_AMR).contains(&amr.len()) || !amr.iter().all(|one| is_name(one))
    }) {
        let problem = "one to eight names of printable ASCII without spaces";
        return Err(ConfigError::below(path, "amr", problem));
    }
    Ok(())
}

/// Checks the custom claims of the object at `path`. `usual` is where they are told if they do not say
/// it, and `scopes` are those that can be granted where they belong, if that is known.
pub(super) fn check_custom(
    path: &str,
    claims: &[CustomClaim],
    usual: &[ClaimPlace],
    scopes: Option<&[String]>,
) -> Result<(), ConfigError> {
    if claims.len() > MAX_CUSTOM_CLAIMS {
        return Err(ConfigError::below(path, KEY, "64 at most"));
    }
    for (index, claim) in claims.iter().enumerate() {
        let path = join(path, &format!("{KEY}[{index}]"));
        let refuse = |key, problem| Err(ConfigError::below(&path, key, problem));
        if !is_claim_name(&claim.name) {
            return refuse("name", "1 to 128 bytes without spaces");
        }
        if claim.places.as_ref().is_some_and(Vec::is_empty) {
            return refuse("in", "at least one is needed");
        }
        let is_own = |place: &ClaimPlace| claim.is_in(*place, usual) && place.has_own(&claim.name);
        if ClaimPlace::ALL.iter().any(is_own) {
            return refuse("name", ClaimPlace::OWN);
        }
        match (&claim.value, &claim.expression) {
            (Some(value), None) if value.to_json().len() > MAX_CLAIM_VALUE => {
                return refuse("value", "larger than 4 KiB");
            }
            (Some(_), None) | (None, Some(_)) => {}
            (None, None) => return refuse("value", "`value` or `expression` is needed"),
            (Some(_), Some(_)) => return refuse("expression", "there is a `value` already"),
        }
        if let Some(scope) = &claim.scope {
            if !is_scope(scope) {
                return refuse(
                    "scope",
                    "a scope is printable ASCII without space, \" and \\ (RFC 6749 section 3.3)",
                );
            }
            if scopes.is_some_and(|known| !known.contains(scope)) {
                return refuse("scope", "it is not in `scopes`, so nobody could ask for it");
            }
        }
    }
    Ok(())
}

/// The key under which custom claims stand.
const KEY: &str = "customClaims";
