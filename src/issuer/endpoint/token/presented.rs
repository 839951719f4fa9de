//! The tokens that a client presents for an exchange (RFC 8693 section 2.1): its own issuer's access tokens
//! and id_tokens, and JWTs of trusted issuers. A refresh token is for its client alone, which refreshes.

use crate::issuer::check::client::Client;
use crate::issuer::check::reach;
use crate::issuer::check::trusted::{self, Use};
use crate::issuer::check::{access_token, id_token_hint, standing, subject};
use crate::issuer::config::{Introspects, User};
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::token::request::TokenRequest;
use crate::issuer::jose::jws::{Claims, Jws};
use crate::issuer::sealed::access_token::AccessToken;
use crate::issuer::sealed::context::Context;
use crate::issuer::sealed::exchanged::{MAX_STEPS, Party};
use crate::issuer::state::epochs::Epoch;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::refusal::Refusal;
use crate::json::Object;
use crate::seconds;

/// What a token is presented as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Subject,
    Actor,
}

/// A token that counts.
pub(super) struct Presented<'a> {
    /// Whom it is about.
    pub(super) party: Party,
    /// The user here whom it is about; none if it is about a client.
    pub(super) user: Option<&'a User>,
    /// When and how that user signed in here; none if that is not known.
    pub(super) sign_in: Option<(i64, Context)>,
    pub(super) expires: i64,
    pub(super) may_act: Option<Party>,
    /// Who acts for its subject, the present actor first.
    pub(super) actors: Vec<Party>,
    /// The access token that it is, if this issuer gave it.
    pub(super) token: Option<AccessToken>,
}

/// Token types (RFC 8693 section 3).
pub(super) const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
pub(super) const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";
const TAKEN_TYPES: &str = "urn:ietf:params:oauth:token-type: and access_token, id_token or jwt";

/// Reads the token of this role; none if the request has none.
pub(super) fn read<'a>(
    directory: &'a Directory,
    vault: &Vault,
    store: &Store,
    request: TokenRequest<'_>,
    role: Role,
) -> Result<Option<Presented<'a>>, Refusal> {
    let parameters = request.parameters;
    let (name, other_type) = match role {
        Role::Subject => ("subject_token", &("subject_token_type", TAKEN_TYPES)),
        Role::Actor => ("actor_token", &("actor_token_type", TAKEN_TYPES)),
    };
    let type_name = other_type.0;
    let (text, kind) = match (parameters.value(name), parameters.value(type_name)) {
        (None, None) => return Ok(None),
        (None, Some(_)) => return Err(Refusal::ParameterMissing(name)),
        (Some(_), None) => return Err(Refusal::ParameterMissing(type_name)),
        (Some(text), Some(kind)) => (text, kind),
    };
    let usage = match kind {
        ACCESS_TOKEN | JWT => Use::Token,
        ID_TOKEN => Use::Identity,
        _ => return Err(Refusal::ParameterInvalid(other_type)),
    };
    match present(directory, vault, store, request, (text, kind), usage) {
        Ok(presented) => Ok(Some(presented)),
        Err(reason) => Err(match role {
            Role::Subject => Refusal::SubjectTokenWrong(reason),
            Role::Actor => Refusal::ActorTokenWrong(reason),
        }),
    }
}

/// Reads a token of this type, or says why it does not count.
fn present<'a>(
    directory: &'a Directory,
    vault: &Vault,
    store: &Store,
    TokenRequest { exchange, client, .. }: TokenRequest<'_>,
    (text, kind): (&str, &str),
    usage: Use,
) -> Result<Presented<'a>, &'static str> {
    let config = directory.config();
    let is_token = kind != ID_TOKEN;
    if is_token && let Some(token) = access_token::open(vault, exchange.verified, text) {
        // An opaque one is no JWT, and of no other issuer.
        let is_live = (kind != JWT || text.contains('.'))
            && token.authority == exchange.authority
            && access_token::is_live(directory, store, &token, exchange.now);
        return if is_live { of_access_token(directory, client, token) } else { Err(INVALID) };
    }
    if is_foreign(directory, text) {
        let jwt = trusted::read(config, exchange, client.id(), text, usage)?;
        return of_foreign(directory, &jwt);
    }
    if is_token {
        return Err(INVALID);
    }
    let hint = id_token_hint::read_hint(config, &vault.keys, exchange, text).ok_or(INVALID)?;
    let jws = Jws::read(text).ok_or(INVALID)?;
    of_id_token(directory, vault, store, client, hint, &jws, exchange.now)
}

fn is_foreign(directory: &Directory, text: &str) -> bool {
    Jws::read(text).is_some_and(|jws| trusted::is_foreign(directory.config(), &jws))
}

/// An access token of this issuer that works.
fn of_access_token<'a>(
    directory: &'a Directory,
    client: &Client<'_>,
    token: AccessToken,
) -> Result<Presented<'a>, &'static str> {
    let reach = &client.application.exchanges;
    if token.may_act.as_deref() != Some(client.id())
        && !reach::reaches(directory.config(), client.id(), reach, &token)
    {
        return Err(NOT_ALLOWED);
    }
    // RFC 9449 section 6: it works only with its key. Those to whom its client sends it do not have that,
    // and authenticate instead.
    if token.client == client.id()
        && token.jkt.is_some()
        && token.jkt.as_deref() != client.key_thumbprint()
    {
        return Err("it is bound to another key than that of the DPoP proof, or no proof was sent");
    }
    let user = token.subject.as_deref().and_then(|id| directory.enabled_user(id));
    let exchanged = token.exchanged.as_ref();
    Ok(Presented {
        party: Party { subject: token.about().to_owned(), issuer: None, is_user: user.is_some() },
        user,
        sign_in: token.auth_time.map(|time| (time, token.context.clone())),
        expires: token.expires,
        may_act: token.may_act.as_deref().map(named_here),
        actors: exchanged.map_or_else(Vec::new, |exchanged| exchanged.actors.clone()),
        token: Some(token),
    })
}

/// An id_token of this issuer, whose signature is genuine. It is for the client that it was given to.
fn of_id_token<'a>(
    directory: &'a Directory,
    vault: &Vault,
    store: &Store,
    client: &Client<'_>,
    hint: id_token_hint::Hint,
    jws: &Jws,
    now: i64,
) -> Result<Presented<'a>, &'static str> {
    let claims = jws.claims().ok_or(INVALID)?;
    let expires = claims.time("exp").filter(|at| !seconds::expired(*at, now, 0)).ok_or(INVALID)?;
    let giver = directory.enabled_application(&hint.client).ok_or(INVALID)?;
    let user = subject::user_of(directory, vault, giver, &hint.subject).ok_or(INVALID)?;
    let epoch = Epoch::of_marked(&claims.text("jti").ok_or(INVALID)?);
    if !standing::stands(directory, &store.epochs, &hint.client, Some(&user.user_id), epoch) {
        return Err(INVALID);
    }
    let may_act = giver.may_act.as_deref();
    let is_reached = match &client.application.exchanges {
        Introspects::Own => false,
        Introspects::All => true,
        Introspects::Audiences(list) => list.contains(&hint.client),
    };
    if hint.client != client.id() && !is_reached && may_act != Some(client.id()) {
        return Err(NOT_ALLOWED);
    }
    Ok(Presented {
        party: Party { subject: user.user_id.clone(), issuer: None, is_user: true },
        user: Some(user),
        // It does not always say how.
        sign_in: None,
        expires,
        may_act: may_act.map(named_here),
        actors: Vec::new(),
        token: None,
    })
}

/// A JWT of a trusted issuer.
fn of_foreign<'a>(
    directory: &'a Directory,
    jwt: &trusted::ForeignJwt<'_>,
) -> Result<Presented<'a>, &'static str> {
    let user = jwt.user(directory)?;
    let claims = jwt.claims()?;
    let subject = claims.text("sub").ok_or("sub is missing or no string")?;
    let issuer = &jwt.issuer.issuer;
    Ok(Presented {
        party: Party {
            subject: subject.into_owned(),
            issuer: Some(issuer.clone()),
            is_user: false,
        },
        user: Some(user),
        // The user did not sign in here.
        sign_in: None,
        expires: jwt.expires,
        may_act: named(&claims, "may_act", issuer)?.into_iter().next(),
        actors: named(&claims, "act", issuer)?,
        token: None,
    })
}

/// Whom a claim of a foreign JWT names, and those in it. Without an `iss` they are its issuer's.
fn named(claims: &Claims<'_>, name: &str, issuer: &str) -> Result<Vec<Party>, &'static str> {
    const MALFORMED: &str = "act or may_act is malformed";
    let mut parties = Vec::new();
    let mut next: Option<Object<'_>> = match claims.object(name) {
        Some(object) => Some(object),
        None if claims.has(name) => return Err(MALFORMED),
        None => None,
    };
    while let Some(object) = next {
        let text = |name| object.member(name).and_then(|value| value.as_str());
        let subject = text("sub").ok_or(MALFORMED)?.into_owned();
        let issuer = text("iss").map_or_else(|| issuer.to_owned(), |name| name.into_owned());
        parties.push(Party { subject, issuer: Some(issuer), is_user: false });
        if parties.len() > MAX_STEPS {
            return Err(MALFORMED);
        }
        next = match object.member("act") {
            Some(inner) => Some(inner.as_object().ok_or(MALFORMED)?),
            None => None,
        };
    }
    Ok(parties)
}

/// Whom an application of this issuer names: a user or a client.
fn named_here(id: &str) -> Party {
    Party { subject: id.to_owned(), issuer: None, is_user: false }
}

/// RFC 8693 section 2.2.2 has one code for all of it, and tokens that do not work are told nothing about.
const INVALID: &str = "it is not valid here, or its type is another";
const NOT_ALLOWED: &str = "this client may not exchange it";
