//! Whether a refresh token works: the one rule, for the token endpoint and for introspection.

use crate::issuer::check::standing;
use crate::issuer::config::{Application, GrantType};
use crate::issuer::directory::Directory;
use crate::issuer::sealed::refresh_token::RefreshToken;
use crate::issuer::state::store::Store;
use crate::issuer::wire::refusal::Refusal;
use crate::seconds;

/// How a refresh token that works is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// It is the latest of its grant, so the next one follows it.
    Latest,
    /// It is the one before the latest. Its client may have lost the response, and asks again.
    Retry,
}

/// Refuses a refresh token of this application that gives no new tokens now. It changes nothing:
/// the token endpoint ends the grant if the refusal is [`Refusal::RefreshTokenSpent`].
pub(crate) fn check_live(
    directory: &Directory,
    store: &Store,
    application: &Application,
    token: &RefreshToken,
    now: i64,
) -> Result<Use, Refusal> {
    if !application.allows(GrantType::RefreshToken) {
        return Err(Refusal::GrantTypeClosed(GrantType::RefreshToken));
    }
    let grant = &token.user_grant;
    standing::check(directory, &store.epochs, &grant.client, Some(&grant.subject), grant.epoch)?;
    let is_expired = seconds::expired(token.expires, now, 0);
    // The record lives as long as the latest token of the grant. An issuer that shares the sealing
    // key, or one that started anew with it, has no record of the grant.
    let record = store.grant(grant.grant, now).ok_or(if is_expired {
        Refusal::RefreshTokenExpired
    } else {
        Refusal::GrantForgotten
    })?;
    if record.revoked {
        return Err(Refusal::GrantRevoked);
    }
    if !directory.config().profile.refresh_tokens_rotate() {
        // Every token of the grant is as good as the latest.
        return if is_expired { Err(Refusal::RefreshTokenExpired) } else { Ok(Use::Latest) };
    }
    // A retry works as long as nothing came of the lost response: a use of the latest token makes
    // this one older than the one before the latest.
    let retry = application.lifetimes.refresh_token_retry;
    let is_retry = token.serial.checked_add(1) == Some(record.serial)
        && (record.advanced_at..record.advanced_at.saturating_add(retry)).contains(&now);
    if token.serial != record.serial && !is_retry {
        return Err(Refusal::RefreshTokenSpent);
    }
    if is_expired {
        return Err(Refusal::RefreshTokenExpired);
    }
    Ok(if is_retry { Use::Retry } else { Use::Latest })
}
