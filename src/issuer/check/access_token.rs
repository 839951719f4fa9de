//! Opening access tokens and checking whether they still work.

use crate::issuer::check::{scope, standing, subject};
use crate::issuer::config::Config;
use crate::issuer::directory::Directory;
use crate::issuer::jose::jws::Jws;
use crate::issuer::jose::verify::{SignatureCheck, own_check};
use crate::issuer::sealed::access_token::{AccessToken, TokenId};
use crate::issuer::sealed::exchanged::Source;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::seconds;

/// What a valid access token says.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccessTokenInfo {
    /// The issuer's URL (`iss`).
    pub issuer: String,
    /// The client to which it was given.
    pub client_id: String,
    /// The user, as the client knows them; none for a token that a client has for itself.
    pub subject: Option<String>,
    /// Scopes, separated by spaces. Those of one resource are without its identifier where the token is
    /// for that resource alone.
    pub scope: String,
    /// For whom it is (RFC 8707): the resources; without one the issuer's URL.
    pub audience: Vec<String>,
    /// In Unix seconds.
    pub issued_at: i64,
    /// When it expires, in Unix seconds.
    pub expires_at: i64,
    /// The thumbprint of the key to which it is bound (RFC 9449 section 6.1). A resource server
    /// that accepts such a token has to check the proof.
    pub jkt: Option<String>,
    /// What it allows in detail: each an object of JSON (RFC 9396).
    pub authorization_details: Vec<String>,
}

/// Opens an access token that came with a request, opaque or a JWT, and refuses one that does not work
/// any more.
pub(crate) fn open_live(
    directory: &Directory,
    vault: &Vault,
    store: &Store,
    exchange: &Exchange<'_>,
    token: &str,
) -> Result<AccessToken, Refusal> {
    open(vault, exchange.verified, token)
        .filter(|token| is_live(directory, store, token, exchange.now))
        .ok_or(Refusal::TokenInvalid)
}

/// What an access token says, if it still works. A JWT needs its genuine signature to be verified.
pub(crate) fn inspect(
    directory: &Directory,
    vault: &Vault,
    store: &Store,
    verified: &[SignatureCheck],
    token: &str,
    now: i64,
) -> Option<AccessTokenInfo> {
    let token = open(vault, verified, token)?;
    let application = directory.enabled_application(&token.client)?;
    is_live(directory, store, &token, now).then(|| {
        let config = directory.config();
        let user = token.subject.as_deref();
        AccessTokenInfo {
            scope: scope::names(&token.scope, &token.audience),
            audience: effective_audience(config, &token),
            issuer: token.issuer(config),
            subject: user.map(|user| subject::of(vault, application, user).into_owned()),
            client_id: token.client,
            issued_at: token.issued,
            expires_at: token.expires,
            jkt: token.jkt,
            authorization_details: token.details,
        }
    })
}

/// For whom a token is: its resources, or its issuer (RFC 9068 section 3).
pub(crate) fn effective_audience(config: &Config, token: &AccessToken) -> Vec<String> {
    if token.audience.is_empty() { vec![token.issuer(config)] } else { token.audience.clone() }
}

/// Whether an access token has neither expired nor been revoked, its client and its user still exist, and
/// the same is true of the tokens that it came from.
pub(crate) fn is_live(directory: &Directory, store: &Store, token: &AccessToken, now: i64) -> bool {
    let subject = token.subject.as_deref();
    let stands = |client: &str, grant, serial, epoch| {
        !store.is_revoked(grant, serial, now)
            && standing::stands(directory, &store.epochs, client, subject, epoch)
            && (store.grant(grant, now).is_some()
                || standing::unrecorded_stands(&store.epochs, client, subject, epoch))
    };
    let sources = token.exchanged.as_ref().map_or(&[][..], |exchanged| &exchanged.sources);
    !seconds::expired(token.expires, now, 0)
        && stands(&token.client, token.grant, token.serial, token.epoch)
        && sources
            .iter()
            .all(|Source { client, grant, serial, epoch }| stands(client, *grant, *serial, *epoch))
}

/// Opens an access token of a request, opaque or a JWT. `verified` are the genuine signatures of
/// the request.
pub(crate) fn open(vault: &Vault, verified: &[SignatureCheck], token: &str) -> Option<AccessToken> {
    vault.open(token).or_else(|| {
        let jws = Jws::read(token)?;
        // RFC 8725 section 3.11: the same key signs id_tokens, which are no access tokens.
        let genuine = jws.is_type("at+jwt") && verified.contains(&own_check(&vault.keys, &jws)?);
        genuine.then(|| open_unverified(vault, &jws))?
    })
}

/// The access token that is sealed in the `jti` of a JWT. **A `jti` is no secret**: anybody who has
/// read one in a log can put it into a JWT of their own, so the signature has to be verified.
pub(crate) fn open_unverified(vault: &Vault, jws: &Jws) -> Option<AccessToken> {
    let id = jws.claims()?.text("jti")?.into_owned();
    vault.open::<TokenId>(&id).map(|TokenId(token)| token)
}
