//! The grant `token-exchange` (RFC 8693): an access token for another token. With an actor token it says who
//! acts for its subject (delegation, section 1.1); without one it does not (impersonation).
//!
//! What comes of an exchange lives no longer than its subject token, and ends with it: if that is an access
//! token of this issuer, then also when it is revoked, or the sign-in that it came from. It can be revoked
//! alone. There is no refresh token (section 2.2.1).
//!
//! EIAM: the instance's server of the service has this grant, as its client for machines shows. What it
//! checks is not documented, so these are the rules of the specification, and choices of this issuer.

use crate::issuer::check::scope::{self, Asking, Subject};
use crate::issuer::check::{audience, authorization_details};
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::token::issue::{self, Alone};
use crate::issuer::endpoint::token::presented::{self, Presented, Role};
use crate::issuer::endpoint::token::request::TokenRequest;
use crate::issuer::endpoint::token::wanted::Wanted;
use crate::issuer::sealed::exchanged::{Exchanged, MAX_STEPS, Party, Source};
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;

/// Exchanges a token.
pub(super) fn give(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    request: TokenRequest<'_>,
) -> Result<Reply, Refusal> {
    let TokenRequest { exchange, client, parameters } = request;
    let (config, application) = (directory.config(), client.application);
    let jwt = match parameters.value("requested_token_type") {
        None | Some(presented::ACCESS_TOKEN) => false,
        Some(presented::JWT) => true,
        Some(_) => return Err(Refusal::ParameterInvalid(&("requested_token_type", GIVEN_TYPES))),
    };
    let subject = presented::read(directory, vault, store, request, Role::Subject)?
        .ok_or(Refusal::ParameterMissing("subject_token"))?;
    let actor = presented::read(directory, vault, store, request, Role::Actor)?;
    check_actor(&subject, actor.as_ref(), client.id())?;

    let mut resources = audience::requested(config, application, parameters)?;
    audience::add_logical(config, application, parameters, &mut resources)?;
    let asking = Asking { config, application, resources: &resources };
    let former = subject.token.as_ref();
    let former_scope =
        former.map(|token| Subject { scope: &token.scope, audience: &token.audience });
    let details = match former {
        // What a token allows in detail (RFC 9396) stays with its client, but for what is asked for.
        Some(token) if parameters.value(authorization_details::NAME).is_some() => {
            authorization_details::of_grant(application, parameters, &token.details)?
        }
        _ => authorization_details::requested(application, parameters)?,
    };
    let scope = match &former_scope {
        Some(former) => scope::of_exchange(parameters.value("scope"), former, asking)?,
        None if authorization_details::are_all(&details, application, parameters) => String::new(),
        None => {
            let scope = scope::of_user_or_usual(parameters.value("scope"), asking)?;
            scope::without(&scope, scope::OFFLINE_ACCESS)
        }
    };
    let mut audience = audience::all(config, &resources, &scope);
    if audience.is_empty()
        && let Some(token) = former
    {
        audience.clone_from(&token.audience);
    }
    let token = Alone {
        exchanged: Some(exchanged(&subject, actor)?),
        user: subject.user,
        sign_in: subject.sign_in,
        wanted: Wanted { audience, scope, details },
        longest: subject.expires.saturating_sub(exchange.now),
        token_type: Some(if jwt { presented::JWT } else { presented::ACCESS_TOKEN }),
        used: None,
    };
    issue::alone(config, vault, store, request, token)
}

/// Refuses an actor whom the subject token does not name, if it names one (RFC 8693 section 4.4). Without an
/// actor token it is the client that acts.
fn check_actor(
    subject: &Presented<'_>,
    actor: Option<&Presented<'_>>,
    client: &str,
) -> Result<(), Refusal> {
    let Some(named) = &subject.may_act else {
        return Ok(());
    };
    let is_named = match actor {
        Some(actor) => actor.party.is_same(named),
        None => named.issuer.is_none() && named.subject == client,
    };
    match (is_named, actor) {
        (true, _) => Ok(()),
        (false, Some(_)) => Err(Refusal::ActorTokenWrong("may_act names somebody else")),
        (false, None) => Err(Refusal::SubjectTokenWrong("may_act names somebody else")),
    }
}

/// What the new token says of the tokens that it is given for. The actors of before stay named: nobody can
/// exchange them away.
fn exchanged(subject: &Presented<'_>, actor: Option<Presented<'_>>) -> Result<Exchanged, Refusal> {
    let mut actors: Vec<Party> = Vec::new();
    actors.extend(actor.map(|actor| actor.party));
    actors.extend(subject.actors.iter().cloned());
    let former = subject.token.as_ref();
    let mut sources: Vec<Source> = Vec::new();
    sources.extend(former.map(|token| Source {
        client: token.client.clone(),
        grant: token.grant,
        serial: token.serial,
        epoch: token.epoch,
    }));
    let earlier = former.and_then(|token| token.exchanged.as_ref());
    sources.extend(earlier.iter().flat_map(|one| one.sources.iter().cloned()));
    if actors.len() > MAX_STEPS || sources.len() > MAX_STEPS {
        return Err(Refusal::SubjectTokenWrong("it was exchanged eight times already"));
    }
    let machine = subject.user.is_none().then(|| subject.party.subject.clone());
    Ok(Exchanged { machine, actors, sources })
}

const GIVEN_TYPES: &str = "urn:ietf:params:oauth:token-type:access_token or \
                           urn:ietf:params:oauth:token-type:jwt";
