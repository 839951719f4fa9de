//! Making access tokens: strings that say something to the issuer alone, or JWTs (RFC 9068 section 2).

use crate::issuer::check::audience::Kind;
use crate::issuer::check::custom_claims::{self, About, Told};
use crate::issuer::check::{authorization_details, dpop, scope};
use crate::issuer::config::{AccessTokenFormat, Application, ClaimPlace, Config};
use crate::issuer::endpoint::access_claims;
use crate::issuer::jose::algorithm::SigningAlgorithm;
use crate::issuer::jose::jwk::PublicJwk;
use crate::issuer::jose::sign::{self, HASH, Unsigned};
use crate::issuer::sealed::access_token::{AccessToken, TokenId};
use crate::issuer::sealed::user_grant::UserGrant;
use crate::issuer::vault::Vault;
use crate::issuer::wire::asked::Asked;
use crate::issuer::wire::refusal::Refusal;
use crate::json::ObjectWriter;

/// An access token on its way into an answer.
pub(crate) enum Made {
    /// It is there.
    Opaque(String),
    /// It is to be signed first.
    Jwt(Unsigned),
}

impl Made {
    /// Writes what `at_hash` says of it (OpenID Connect Core section 3.1.3.6) in a token that this
    /// algorithm signs.
    pub(crate) fn write_hash(&self, algorithm: SigningAlgorithm, object: &mut ObjectWriter) {
        match self {
            Self::Opaque(text) => object.string("at_hash", &sign::half_hash(text, algorithm)),
            Self::Jwt(_) => object.raw("at_hash", &format!("\"{HASH}\"")),
        };
    }
}

/// The claims that an access token of this kind says besides. An opaque one says nothing by itself.
pub(crate) fn told(
    config: &Config,
    asked: Asked<'_>,
    kind: Kind,
    about: &About<'_>,
) -> Result<Told, Refusal> {
    match kind.format {
        AccessTokenFormat::Opaque => Ok(Told::default()),
        AccessTokenFormat::Jwt => {
            custom_claims::told(config, asked, &About { place: ClaimPlace::AccessToken, ..*about })
        }
    }
}

/// An access token for what a user has granted, of this scope, issued and expiring at these times. It is for
/// no resource, and bound to no key.
pub(crate) fn of_user(
    config: &Config,
    application: &Application,
    user_grant: &UserGrant,
    scope: &str,
    (issued, expires): (i64, i64),
) -> AccessToken {
    AccessToken {
        authority: user_grant.authority,
        base: config.present.clone(),
        client: user_grant.client.clone(),
        subject: Some(user_grant.subject.clone()),
        scope: scope.to_owned(),
        audience: Vec::new(),
        details: Vec::new(),
        auth_time: Some(user_grant.auth_time),
        context: user_grant.context.clone(),
        grant: user_grant.grant,
        serial: 0,
        issued,
        expires,
        claims: user_grant.claims.userinfo.clone(),
        jkt: None,
        epoch: user_grant.epoch,
        may_act: application.may_act.clone(),
        exchanged: None,
    }
}

/// Makes an access token of this kind. `told` are the claims of [`told`].
pub(crate) fn make(
    config: &Config,
    vault: &mut Vault,
    application: &Application,
    token: &AccessToken,
    kind: Kind,
    told: &Told,
) -> Result<Made, Refusal> {
    match kind.format {
        AccessTokenFormat::Opaque => Ok(Made::Opaque(vault.seal(token))),
        AccessTokenFormat::Jwt => jwt(config, vault, application, token, kind, told).map(Made::Jwt),
    }
}

fn jwt(
    config: &Config,
    vault: &mut Vault,
    application: &Application,
    token: &AccessToken,
    kind: Kind,
    told: &Told,
) -> Result<Unsigned, Refusal> {
    let id = vault.seal(&TokenId(token.clone()));
    let mut object = ObjectWriter::new();
    let issuer = token.issuer(config);
    object.string("iss", &issuer);
    access_claims::audience(&issuer, token, &mut object);
    object
        .string("sub", &access_claims::subject(vault, application, token))
        .string("client_id", &token.client);
    let names = scope::names(&token.scope, &token.audience);
    object
        .optional_string("scope", Some(names.as_str()).filter(|names| !names.is_empty()))
        .integer("iat", token.issued)
        .integer("exp", token.expires)
        .string("jti", &id);
    authorization_details::write(&token.details, &mut object);
    access_claims::authentication(config, token, &mut object);
    access_claims::delegation(vault, application, token, &mut object);
    if let Some(jkt) = &token.jkt {
        object.raw("cnf", &dpop::confirmation(jkt));
    }
    told.write(&mut object);
    Ok(Unsigned::new(key(vault, kind)?, "at+jwt", object.finish()))
}

/// Checks that an access token of this kind can be signed. Otherwise what it is given for would be lost.
pub(crate) fn check_key(vault: &Vault, kind: Kind) -> Result<(), Refusal> {
    match kind.format {
        AccessTokenFormat::Opaque => Ok(()),
        AccessTokenFormat::Jwt => key(vault, kind).map(drop),
    }
}

/// The key that signs access tokens of this kind.
fn key(vault: &Vault, kind: Kind) -> Result<&PublicJwk, Refusal> {
    let key = match kind.signing {
        Some(algorithm) => vault.keys.signing_with(algorithm),
        None => vault.keys.signing(),
    };
    key.ok_or(Refusal::NoSigningKey)
}
