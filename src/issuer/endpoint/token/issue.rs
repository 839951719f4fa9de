//! Making tokens, and the response that contains them (RFC 6749 section 5.1).

use crate::issuer::check::client::Client;
use crate::issuer::check::custom_claims::{self, About, Told};
use crate::issuer::check::{audience, authorization_details, dpop, scope, session};
use crate::issuer::config::{AccessTokenFormat, ClaimPlace, Config, GrantType, Lifetimes, User};
use crate::issuer::endpoint::token::access::{self, Made};
use crate::issuer::endpoint::token::id_token::{self, IdToken};
use crate::issuer::endpoint::token::presented;
use crate::issuer::endpoint::token::request::TokenRequest;
use crate::issuer::endpoint::token::wanted::Wanted;
use crate::issuer::jose::sign::Unsigned;
use crate::issuer::sealed::access_token::AccessToken;
use crate::issuer::sealed::context::Context;
use crate::issuer::sealed::exchanged::Exchanged;
use crate::issuer::sealed::refresh_token::RefreshToken;
use crate::issuer::sealed::user_grant::UserGrant;
use crate::issuer::state::grant_record::GrantRecord;
use crate::issuer::state::shares::Place;
use crate::issuer::state::store::Store;
use crate::issuer::state::used_id::UsedId;
use crate::issuer::vault::Vault;
use crate::issuer::wire::authority::Authority;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::{Reply, TOKEN_MARK};
use crate::issuer::wire::response;
use crate::json::ObjectWriter;

/// The user for whom tokens are made, and what the user has granted.
pub(super) struct ForUser<'a> {
    pub(super) user: &'a User,
    pub(super) user_grant: &'a UserGrant,
    /// What the access token is for, which a request may have narrowed.
    pub(super) wanted: Wanted,
    pub(super) nonce: Option<&'a str>,
}

/// Which tokens of a grant are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Issuance<'a> {
    /// The first ones, for a code. The record must outlive the code: otherwise it could be used
    /// again.
    Code {
        /// When the code expires.
        expires: i64,
    },
    /// The first ones, for another grant.
    First,
    /// Later ones.
    Refresh {
        /// When the last refresh token of the grant expires.
        family_expires: i64,
        /// Whether the tokens of this number were made before, and the response may have been lost.
        is_retry: bool,
        /// The key to which the refresh token is bound.
        jkt: Option<&'a str>,
    },
}

/// Makes the access token, and the refresh token and the id_token if the grant has them, and
/// records the grant.
pub(super) fn for_user(
    config: &Config,
    vault: &mut Vault,
    store: &mut Store,
    TokenRequest { exchange, client, .. }: TokenRequest<'_>,
    user: ForUser<'_>,
    issuance: Issuance<'_>,
) -> Result<Reply, Refusal> {
    let now = exchange.now;
    let owner = vault.user_number(&user.user.user_id);
    let whose = (exchange.authority, true);
    let kind = audience::kind(config, client.application, whose, &user.wanted.audience)?;
    access::check_key(vault, kind)?;
    let about = About {
        place: ClaimPlace::IdToken,
        authority: exchange.authority,
        application: client.application,
        user: Some(user.user),
        scope: &user.wanted.scope,
        audience: &user.wanted.audience,
    };
    let has_id_token = scope::contains(&user.wanted.scope, scope::OPENID);
    // Before anything is changed, because the host may have to be asked first.
    let of_id_token = match has_id_token {
        true => custom_claims::told(config, exchange.asked, &about),
        false => Ok(Told::default()),
    };
    let of_access_token = access::told(config, exchange.asked, kind, &about);
    let (of_id_token, of_access_token) = custom_claims::both(of_id_token, of_access_token)?;
    if let Some(proof) = &client.proof {
        dpop::spend(store, proof, Place::kept(owner), now)?;
    }
    let Lifetimes { refresh_token: refresh_lifetime, refresh_token_absolute: absolute, .. } =
        client.application.lifetimes;
    let is_kept =
        matches!(issuance, Issuance::Refresh { .. }) && !exchange.profile.refresh_tokens_rotate();
    let with_refresh = gets_refresh_token(exchange.authority, client, user.user_grant);
    let expires = now.saturating_add(kind.lifetime);
    let family_expires = match issuance {
        Issuance::Refresh { family_expires, .. } => family_expires,
        _ => now.saturating_add(absolute.unwrap_or(i64::MAX)),
    };
    let refresh_expires = now.saturating_add(refresh_lifetime).min(family_expires);

    let mut grant_expires = expires;
    if with_refresh {
        grant_expires = grant_expires.max(refresh_expires);
    }
    if let Issuance::Code { expires } = issuance {
        grant_expires = grant_expires.max(expires);
    }
    let grant = user.user_grant.grant;
    let serial = match issuance {
        Issuance::Code { .. } | Issuance::First => {
            let record = GrantRecord::new(owner, now);
            store.add_grant(grant, record, grant_expires, now)?;
            0
        }
        Issuance::Refresh { is_retry, .. } => store
            .advance_grant(grant, is_retry, grant_expires, now)
            .ok_or(Refusal::RefreshTokenExpired)?,
    };
    store.touch();

    let token = AccessToken {
        audience: user.wanted.audience,
        details: user.wanted.details,
        serial,
        jkt: client.key_thumbprint().map(str::to_owned),
        epoch: store.epochs.present(),
        ..access::of_user(
            config,
            client.application,
            user.user_grant,
            &user.wanted.scope,
            (now, expires),
        )
    };
    let access_token =
        access::make(config, vault, client.application, &token, kind, &of_access_token)?;
    let refresh_token = (with_refresh && !is_kept).then(|| {
        // RFC 9449 section 5: the refresh token of a confidential client is already bound to the
        // client.
        let jkt = match issuance {
            Issuance::Refresh { jkt: Some(jkt), .. } => Some(jkt),
            _ if client.authenticated && !client.application.public => None,
            _ => client.key_thumbprint(),
        };
        let token = RefreshToken {
            user_grant: user.user_grant.clone(),
            serial,
            issued: now,
            expires: refresh_expires,
            family_expires,
            jkt: jkt.map(str::to_owned),
        };
        vault.seal(&token)
    });
    let id_token = if has_id_token {
        let of_user = IdToken {
            user: user.user,
            user_grant: user.user_grant,
            scope: &user.wanted.scope,
            nonce: user.nonce,
            told: &of_id_token,
            access_token: Some(&access_token),
        };
        session::join(config, store, client.application, user.user_grant, now);
        Some(id_token::id_token(config, vault, exchange.now, client.application, &of_user)?)
    } else {
        None
    };

    Ok(answer(Given {
        token: &token,
        made: access_token,
        lifetime: kind.lifetime,
        refresh_token,
        id_token,
        token_type: None,
        tells_scope: exchange.profile.scope_always_told()
            || !scope::same(&token.scope, &user.user_grant.scope),
    }))
}

/// An access token that is given without any other.
pub(super) struct Alone<'a> {
    /// The user whom it is about; none for a client.
    pub(super) user: Option<&'a User>,
    /// When and how that user signed in; none if that is not known.
    pub(super) sign_in: Option<(i64, Context)>,
    pub(super) wanted: Wanted,
    /// How many seconds it lives at most.
    pub(super) longest: i64,
    /// What it is given for, if it is given for another token.
    pub(super) exchanged: Option<Exchanged>,
    /// What the answer calls it (RFC 8693 section 2.2.1).
    pub(super) token_type: Option<&'static str>,
    /// The id of an assertion that works once, and until when it could be used again.
    pub(super) used: Option<(UsedId, i64)>,
}

/// Makes an access token alone, and the answer: to client_credentials, an assertion, or an exchange. The store
/// has no record of its grant.
pub(super) fn alone(
    config: &Config,
    vault: &mut Vault,
    store: &mut Store,
    TokenRequest { exchange, client, parameters }: TokenRequest<'_>,
    alone: Alone<'_>,
) -> Result<Reply, Refusal> {
    let Alone { user, wanted, .. } = alone;
    let now = exchange.now;
    let whose = (exchange.authority, user.is_some());
    let mut kind = audience::kind(config, client.application, whose, &wanted.audience)?;
    if alone.token_type == Some(presented::JWT) {
        kind.format = AccessTokenFormat::Jwt;
    }
    kind.lifetime = kind.lifetime.min(alone.longest);
    access::check_key(vault, kind)?;
    let about = About {
        place: ClaimPlace::AccessToken,
        authority: exchange.authority,
        application: client.application,
        user,
        scope: &wanted.scope,
        audience: &wanted.audience,
    };
    // Before anything is changed, because the host may have to be asked first.
    let told = access::told(config, exchange.asked, kind, &about)?;
    // A hash, which most requests do not need.
    let owner = || Place::kept(vault.client_number(client.id()));
    if let Some(proof) = &client.proof {
        dpop::spend(store, proof, owner(), now)?;
    }
    if let Some((used, until)) = alone.used {
        if !store.use_id(used, owner(), until, now)? {
            return Err(Refusal::AssertionWrong("its jti was used already"));
        }
        store.touch();
    }
    let (auth_time, context) = alone.sign_in.unzip();
    let token = AccessToken {
        authority: exchange.authority,
        base: config.present.clone(),
        client: client.id().to_owned(),
        subject: user.map(|user| user.user_id.clone()),
        scope: wanted.scope,
        audience: wanted.audience,
        details: wanted.details,
        auth_time,
        context: context.unwrap_or_default(),
        grant: vault.random.id(),
        serial: 0,
        issued: now,
        expires: now.saturating_add(kind.lifetime),
        claims: String::new(),
        jkt: client.key_thumbprint().map(str::to_owned),
        epoch: store.epochs.present(),
        may_act: client.application.may_act.clone(),
        exchanged: alone.exchanged.map(Box::new),
    };
    let made = access::make(config, vault, client.application, &token, kind, &told)?;
    let requested = parameters.value("scope");
    let is_as_requested = requested.is_some_and(|requested| scope::same(requested, &token.scope));
    Ok(answer(Given {
        token: &token,
        made,
        lifetime: kind.lifetime,
        refresh_token: None,
        id_token: None,
        token_type: alone.token_type,
        tells_scope: !is_as_requested || config.profile.scope_always_told(),
    }))
}

/// What a client is given.
struct Given<'a> {
    token: &'a AccessToken,
    /// The access token as it is sent.
    made: Made,
    lifetime: i64,
    refresh_token: Option<String>,
    id_token: Option<Unsigned>,
    token_type: Option<&'static str>,
    /// Whether the scope is told. RFC 6749 section 5.1: it must be where it is not what was asked for.
    tells_scope: bool,
}

/// The answer with the tokens. EIAM: the members have the order of the service's responses.
fn answer(given: Given<'_>) -> Reply {
    let token = given.token;
    let mut body = ObjectWriter::new();
    body.string("token_type", dpop::token_type(token.jkt.as_deref()));
    let mut unsigned = write_access_token(given.made, &mut body);
    body.optional_string("refresh_token", given.refresh_token.as_deref())
        .integer("expires_in", given.lifetime)
        .integer("expires_at", token.expires);
    if given.id_token.is_some() {
        body.raw("id_token", TOKEN_MARK);
    }
    body.optional_string("issued_token_type", given.token_type);
    // EIAM: only the instance's server tells it always.
    let tells_scope = given.tells_scope || token.authority == Authority::Instance;
    if tells_scope && !token.scope.is_empty() {
        body.string("scope", &token.scope);
    }
    authorization_details::write(&token.details, &mut body);
    unsigned.extend(given.id_token);
    Reply::unsigned(response::json(200, body.finish()), unsigned)
}

/// Writes an access token, or keeps its place until it is signed.
fn write_access_token(token: Made, body: &mut ObjectWriter) -> Vec<Unsigned> {
    match token {
        Made::Opaque(text) => {
            body.string("access_token", &text);
            Vec::new()
        }
        Made::Jwt(unsigned) => {
            body.raw("access_token", TOKEN_MARK);
            vec![unsigned]
        }
    }
}

/// Whether the client gets a refresh token. EIAM: an application gets one if it has opened that
/// grant. At the instance's server the scope must also contain `offline_access`.
fn gets_refresh_token(authority: Authority, client: &Client<'_>, user_grant: &UserGrant) -> bool {
    client.application.allows(GrantType::RefreshToken)
        && (authority == Authority::Application
            || scope::contains(&user_grant.scope, scope::OFFLINE_ACCESS))
}
