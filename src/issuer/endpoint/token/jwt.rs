//! JWTs: access tokens (RFC 9068) and id_tokens (OpenID Connect Core section 2).

use sha2::{Digest, Sha256, Sha512};

use crate::base64url;
use crate::issuer::check::{authentication, claims, dpop, scope, session};
use crate::issuer::config::{Application, Config, User};
use crate::issuer::jose::algorithm::SigningAlgorithm;
use crate::issuer::jose::sign;
use crate::issuer::sealed::access_token::{AccessToken, TokenId};
use crate::issuer::sealed::user_grant::UserGrant;
use crate::issuer::vault::Vault;
use crate::issuer::wire::refusal::Refusal;
use crate::json::ObjectWriter;

/// The part of a JWT access token that is signed (RFC 9068 section 2).
pub(super) fn access_token_input(
    config: &Config,
    vault: &mut Vault,
    token: &AccessToken,
) -> Result<String, Refusal> {
    let issuer = config.issuer_url(token.authority, &token.client);
    let id = vault.seal(&TokenId(token.clone()));
    let (server, names) = scope::audience(&token.scope);
    let mut object = ObjectWriter::new();
    object
        .string("iss", &issuer)
        // RFC 9068 section 3: without a resource server the audience is a default one.
        .string("aud", server.unwrap_or(&issuer))
        .string("sub", token.subject.as_deref().unwrap_or(&token.client))
        .string("client_id", &token.client)
        .optional_string("scope", Some(names.as_str()).filter(|names| !names.is_empty()))
        .integer("iat", token.issued)
        .integer("exp", token.expires)
        .string("jti", &id);
    if let Some(jkt) = &token.jkt {
        object.raw("cnf", &dpop::confirmation(jkt));
    }
    let key = vault.keys.signing().ok_or(Refusal::NoSigningKey)?;
    Ok(sign::signing_input(key, "at+jwt", &object.finish()))
}

/// The part of an id_token that is signed.
///
/// It has no `azp`: OpenID Connect Core section 2 requires that for an audience of several, and
/// this audience is always one client.
pub(crate) fn id_token_input(
    config: &Config,
    vault: &mut Vault,
    now: i64,
    application: &Application,
    token: &IdToken<'_>,
) -> Result<String, Refusal> {
    let key = vault.keys.signing().ok_or(Refusal::NoSigningKey)?;
    let user_grant = token.user_grant;
    let client = application.application_id.as_str();
    let id = vault.random.uuid();
    let mut object = ObjectWriter::new();
    object
        .string("iss", &config.issuer_url(user_grant.authority, client))
        .string("sub", &token.user.user_id)
        .string("aud", client)
        .integer("exp", now.saturating_add(application.lifetimes.id_token))
        .integer("iat", now)
        .string("jti", &id)
        .integer("auth_time", user_grant.auth_time)
        .optional_string("nonce", token.nonce);
    if let Some(access_token) = token.access_token {
        object.string("at_hash", &half_hash(access_token, key.algorithm()));
    }
    if user_grant.claims.authentication {
        object.string("acr", authentication::acr(config)).strings("amr", authentication::AMR);
    }
    if let Some(session) = user_grant.session {
        object.string("sid", &session::public_id(session));
    }
    // OpenID Connect Core section 5.4: without an access token the client cannot get the claims
    // elsewhere.
    let of_scopes = config.profile.scope_claims_in_id_token() || token.access_token.is_none();
    let scope = if of_scopes { token.scope } else { "" };
    claims::write(token.user, scope, &user_grant.claims.id_token, &mut object);
    Ok(sign::signing_input(key, "JWT", &object.finish()))
}

/// What an id_token is made from.
pub(crate) struct IdToken<'a> {
    pub(crate) user: &'a User,
    pub(crate) user_grant: &'a UserGrant,
    /// The scope of the access token, which a refresh may have narrowed.
    pub(crate) scope: &'a str,
    pub(crate) nonce: Option<&'a str>,
    /// The access token that is given with it; none if there is none.
    pub(crate) access_token: Option<&'a str>,
}

/// The left half of the hash of a token, for `at_hash` (OpenID Connect Core section 3.1.3.6). The
/// hash function is that of the signature algorithm. For EdDSA with Ed25519 it is SHA-512 (RFC 8032
/// section 5.1), which other OpenID providers and clients use as well.
fn half_hash(token: &str, algorithm: SigningAlgorithm) -> String {
    let half = |hash: &[u8]| base64url::encode(hash.split_at(hash.len() / 2).0);
    match algorithm {
        SigningAlgorithm::EdDsa => half(&Sha512::digest(token.as_bytes())),
        _ => half(&Sha256::digest(token.as_bytes())),
    }
}
