//! What a request needs of its access token.

use super::access_token::{AccessToken, words_of};
use super::challenge::ChallengeError;
use super::refusal::Reason;

/// What a request needs of its access token. The default needs nothing but one that counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The scopes, separated by spaces; empty for none.
    pub scope: String,
    /// How the user must have signed in: one of these values of `acr`, separated by spaces, the preferred one first (RFC
    /// 9470); empty for any.
    pub acr_values: String,
    /// How many seconds ago the user may have signed in (RFC 9470); `None` for any time.
    pub max_age: Option<u64>,
}

impl Needs {
    /// A request that needs these scopes, separated by spaces.
    #[must_use]
    pub fn scope(scope: impl Into<String>) -> Self {
        Self { scope: scope.into(), ..Self::default() }
    }

    /// Checks that a token has what is needed. `tolerance` is by how many seconds the clocks may differ.
    pub(super) fn check(
        &self,
        token: &AccessToken,
        tolerance: i64,
        now: i64,
    ) -> Result<(), Reason> {
        if !words_of(&self.scope).all(|wanted| has_scope(token, wanted)) {
            let text = "the token does not allow this";
            return Err(Reason::new(ChallengeError::InsufficientScope, text));
        }
        let step_up = |text| Err(Reason::new(ChallengeError::InsufficientUserAuthentication, text));
        let acr = token.acr.as_deref();
        if words_of(&self.acr_values).next().is_some()
            && !words_of(&self.acr_values).any(|accepted| Some(accepted) == acr)
        {
            return step_up("the user has to sign in in another way");
        }
        if let Some(max_age) = self.max_age {
            let allowed = i64::try_from(max_age).unwrap_or(i64::MAX).saturating_add(tolerance);
            if token.auth_time.is_none_or(|time| time.saturating_add(allowed) <= now) {
                return step_up("the user has to sign in again");
            }
        }
        Ok(())
    }
}

/// Whether a token allows something.
fn has_scope(token: &AccessToken, wanted: &str) -> bool {
    let has = |list: &[String], text: &str| list.iter().any(|one| one == text);
    // EIAM: what is `{audience}|{name}` when it is asked for is `{name}` in the token.
    let is_of_its_audience = wanted.split_once('|').is_some_and(|(server, name)| {
        !name.is_empty() && has(&token.audience, server) && has(&token.scope, name)
    });
    has(&token.scope, wanted) || is_of_its_audience
}
