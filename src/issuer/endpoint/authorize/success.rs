//! The response to a client that gets what it requested: a code, or tokens in the implicit flow.

use crate::issuer::check::response_type::ResponseType;
use crate::issuer::check::session::CurrentSession;
use crate::issuer::config::Application;
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::authorize::response::{self, Destination};
use crate::issuer::endpoint::token::jwt::{self, IdToken};
use crate::issuer::pages::Pages;
use crate::issuer::sealed::access_token::AccessToken;
use crate::issuer::sealed::authorization_request::AuthorizationRequest;
use crate::issuer::sealed::code::Code;
use crate::issuer::sealed::user_grant::UserGrant;
use crate::issuer::state::epochs::Epoch;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::language::Language;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;
use crate::seconds;

/// A request to which its user has agreed, or need not agree.
pub(crate) struct Approved<'a> {
    pub(crate) application: &'a Application,
    pub(crate) request: &'a AuthorizationRequest,
    pub(crate) language: Language,
    /// The login session of the user.
    pub(crate) session: &'a CurrentSession,
    /// The present epoch.
    pub(crate) epoch: Epoch,
}

/// Sends the client what it requested.
pub(crate) fn send(
    directory: &Directory,
    vault: &mut Vault,
    pages: &Pages,
    exchange: &Exchange<'_>,
    approved: &Approved<'_>,
) -> Result<Reply, Refusal> {
    let Approved { application, request, language, session: current, epoch } = *approved;
    let user_grant = UserGrant {
        authority: exchange.authority,
        client: application.application_id.clone(),
        subject: current.session.subject.clone(),
        scope: request.scope.clone(),
        auth_time: current.session.auth_time,
        grant: vault.random.id(),
        session: Some(current.id),
        claims: request.claims.clone(),
        epoch,
    };
    let destination = Destination {
        authority: exchange.authority,
        client: &application.application_id,
        redirect_uri: &request.redirect_uri,
        state: request.state.as_deref(),
        mode: request.mode,
        language,
    };
    match request.response_type {
        ResponseType::Code => {
            let code = code(vault, exchange.now, application, request, user_grant);
            Ok(response::send(directory, pages, &destination, &[("code", &code)], None))
        }
        ResponseType::Implicit { token, id_token } => {
            let access_token =
                token.then(|| implicit_token(vault, exchange.now, application, &user_grant));
            let lifetime = application.lifetimes.access_token.to_string();
            let mut pairs: Vec<(&str, &str)> = Vec::new();
            if let Some(access_token) = &access_token {
                // RFC 6749 section 4.2.2 lists these parameters.
                pairs.push(("access_token", access_token));
                pairs.push(("token_type", "Bearer"));
                pairs.push(("expires_in", &lifetime));
                pairs.push(("scope", &request.scope));
            }
            let id_token = if id_token {
                let user =
                    directory.enabled_user(&user_grant.subject).ok_or(Refusal::LoginRequired)?;
                let token = IdToken {
                    user,
                    user_grant: &user_grant,
                    scope: &request.scope,
                    nonce: request.nonce.as_deref(),
                    access_token: access_token.as_deref(),
                };
                let config = directory.config();
                Some(jwt::id_token_input(config, vault, exchange.now, application, &token)?)
            } else {
                None
            };
            Ok(response::send(directory, pages, &destination, &pairs, id_token))
        }
    }
}

/// Makes a code. The store has no record of the grant until the code is used.
fn code(
    vault: &mut Vault,
    now: i64,
    application: &Application,
    request: &AuthorizationRequest,
    user_grant: UserGrant,
) -> String {
    vault.seal(&Code {
        user_grant,
        redirect_uri: request.redirect_uri.clone(),
        nonce: request.nonce.clone(),
        challenge: request.challenge.clone(),
        dpop_jkt: request.dpop_jkt.clone(),
        expires: seconds::deadline(now, application.lifetimes.code),
    })
}

/// Makes the access token of the implicit flow. It is the only token of its grant, which needs no
/// record.
fn implicit_token(
    vault: &mut Vault,
    now: i64,
    application: &Application,
    user_grant: &UserGrant,
) -> String {
    vault.seal(&AccessToken {
        authority: user_grant.authority,
        client: user_grant.client.clone(),
        subject: Some(user_grant.subject.clone()),
        scope: user_grant.scope.clone(),
        grant: user_grant.grant,
        serial: 0,
        issued: now,
        expires: seconds::deadline(now, application.lifetimes.access_token),
        claims: user_grant.claims.userinfo.clone(),
        jkt: None,
        epoch: user_grant.epoch,
    })
}
