//! id_tokens (OpenID Connect Core section 2).

use crate::issuer::check::custom_claims::Told;
use crate::issuer::check::{authentication, claims, session, subject};
use crate::issuer::config::{Application, Config, User};
use crate::issuer::endpoint::token::access::Made;
use crate::issuer::jose::sign::Unsigned;
use crate::issuer::sealed::user_grant::UserGrant;
use crate::issuer::vault::Vault;
use crate::issuer::wire::refusal::Refusal;
use crate::json::ObjectWriter;

/// An id_token that is not signed yet.
///
/// It has no `azp`: OpenID Connect Core section 2 requires that for an audience of several, and
/// this audience is always one client.
pub(crate) fn id_token(
    config: &Config,
    vault: &mut Vault,
    now: i64,
    application: &Application,
    token: &IdToken<'_>,
) -> Result<Unsigned, Refusal> {
    let key = vault.keys.signing().ok_or(Refusal::NoSigningKey)?;
    let user_grant = token.user_grant;
    let client = application.application_id.as_str();
    // By its epoch it is known later whether its client and its user were disabled since.
    let id = user_grant.epoch.mark(vault.random.uuid());
    let mut object = ObjectWriter::new();
    object
        .string("iss", &config.issuer_url(user_grant.authority, client))
        .string("sub", &subject::of(vault, application, &token.user.user_id))
        .string("aud", client)
        .integer("exp", now.saturating_add(application.lifetimes.id_token))
        .integer("iat", now)
        .string("jti", &id)
        .integer("auth_time", user_grant.auth_time)
        .optional_string("nonce", token.nonce);
    if let Some(access_token) = token.access_token {
        access_token.write_hash(key.algorithm(), &mut object);
    }
    if user_grant.claims.authentication {
        authentication::write(config, &user_grant.context, &mut object);
    }
    if let Some(session) = user_grant.session {
        object.string("sid", &session::public_id(session));
    }
    // OpenID Connect Core section 5.4: without an access token the client cannot get the claims
    // elsewhere.
    let of_scopes = config.profile.scope_claims_in_id_token() || token.access_token.is_none();
    let scope = if of_scopes { token.scope } else { "" };
    claims::write(token.user, scope, &user_grant.claims.id_token, token.told, &mut object);
    Ok(Unsigned::new(key, "JWT", object.finish()))
}

/// What an id_token is made from.
pub(crate) struct IdToken<'a> {
    pub(crate) user: &'a User,
    pub(crate) user_grant: &'a UserGrant,
    /// The scope of the access token, which a refresh may have narrowed.
    pub(crate) scope: &'a str,
    pub(crate) nonce: Option<&'a str>,
    /// The claims that the configuration and the host add.
    pub(crate) told: &'a Told,
    /// The access token that is given with it; none if there is none.
    pub(crate) access_token: Option<&'a Made>,
}
