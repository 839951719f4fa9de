//! Making tokens and the answer that carries them (RFC 6749 section 5.1).

use crate::json::ObjectWriter;

use crate::issuer::client::Client;
use crate::issuer::config::{self, GrantType, Lifetimes};
use crate::issuer::refusal::Refusal;
use crate::issuer::reply::{Reply, TOKEN_MARK};
use crate::issuer::sealed::{AccessToken, Authority, RefreshToken, SignIn};
use crate::issuer::store::{Grant, Place};
use crate::issuer::{Answer, Exchange, Issuer, answer, scope};

use super::jwt::IdToken;

/// For whom tokens are made.
pub(super) struct User<'a> {
    pub(super) user: &'a config::User,
    pub(super) sign_in: &'a SignIn,
    /// The scope of the access token, which a refresh may have narrowed.
    pub(super) scope: &'a str,
    pub(super) nonce: Option<&'a str>,
}

/// Which tokens of a sign-in are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occasion<'a> {
    /// The first, by a code. The record must outlive the code, or it could be used again.
    Code {
        /// When the code expires.
        expires: i64,
    },
    /// The first, in another way.
    First,
    /// Later ones.
    Refresh {
        /// When the last refresh token of the sign-in expires.
        ends: i64,
        /// The generation is already there, and its answer was lost.
        again: bool,
        /// The key that the refresh token is bound to.
        jkt: Option<&'a str>,
    },
}

impl Issuer {
    /// Makes access token, refresh token and id_token as they are due, and records the grant.
    pub(super) fn issue_for_user(
        &mut self,
        exchange: &Exchange<'_>,
        client: &Client,
        user: User<'_>,
        occasion: Occasion<'_>,
    ) -> Answer {
        let now = exchange.now;
        let owner = self.user_owner(&user.user.user_id);
        if let Some(proof) = &client.proof {
            self.spend(proof, Place::kept(owner), now)?;
        }
        let Lifetimes {
            access_token: lifetime,
            refresh_token: refresh_lifetime,
            refresh_token_absolute: absolute,
            ..
        } = client.application.lifetimes;
        let with_refresh = gets_refresh_token(exchange.authority, client, user.sign_in);
        let expires = now.saturating_add(lifetime);
        let ends = match occasion {
            Occasion::Refresh { ends, .. } => ends,
            _ => now.saturating_add(absolute.unwrap_or(i64::MAX)),
        };
        let refresh_expires = now.saturating_add(refresh_lifetime).min(ends);

        let mut grant_expires = expires;
        if with_refresh {
            grant_expires = grant_expires.max(refresh_expires);
        }
        if let Occasion::Code { expires } = occasion {
            grant_expires = grant_expires.max(expires);
        }
        let grant = user.sign_in.grant;
        let serial = match occasion {
            Occasion::Code { .. } | Occasion::First => {
                let record = Grant::new(owner, now);
                self.store.add_grant(grant, record, grant_expires, now)?;
                0
            }
            Occasion::Refresh { again, .. } => self
                .store
                .advance_grant(grant, again, grant_expires, now)
                .ok_or(Refusal::RefreshTokenExpired)?,
        };
        self.touch();

        let access_token = self.sealer.seal(
            &AccessToken {
                authority: exchange.authority,
                client: client.id().to_owned(),
                subject: Some(user.user.user_id.clone()),
                scope: user.scope.to_owned(),
                grant,
                serial,
                issued: now,
                expires,
                claims: user.sign_in.claims.userinfo.clone(),
                jkt: client.key_thumbprint().map(str::to_owned),
                epoch: self.standing.epoch(),
            },
            &mut self.random,
        );
        let refresh_token = with_refresh.then(|| {
            // RFC 9449 section 5: a confidential client's is bound to the client already.
            let jkt = match occasion {
                Occasion::Refresh { jkt: Some(jkt), .. } => Some(jkt),
                _ if client.authenticated && !client.application.public => None,
                _ => client.key_thumbprint(),
            };
            let token = RefreshToken {
                sign_in: user.sign_in.clone(),
                serial,
                issued: now,
                expires: refresh_expires,
                ends,
                jkt: jkt.map(str::to_owned),
            };
            self.sealer.seal(&token, &mut self.random)
        });
        let id_token = if scope::contains(user.scope, scope::OPENID) {
            let of_user = IdToken {
                user: user.user,
                sign_in: user.sign_in,
                scope: user.scope,
                nonce: user.nonce,
                access_token: Some(&access_token),
            };
            Some(self.id_token_input(exchange.now, &client.application, &of_user)?)
        } else {
            None
        };

        // EIAM: the order of the service's own answers.
        let mut body = ObjectWriter::new();
        body.string("token_type", token_type(client.key_thumbprint()))
            .string("access_token", &access_token)
            .optional_string("refresh_token", refresh_token.as_deref())
            .integer("expires_in", lifetime)
            .integer("expires_at", expires);
        if id_token.is_some() {
            body.raw("id_token", TOKEN_MARK);
        }
        // EIAM: only the instance's server tells the scope. RFC 6749 section 5.1: it must be told
        // where it is not what was asked for.
        if exchange.authority == Authority::Instance
            || self.config.profile.scope_always_told()
            || !scope::same(user.scope, &user.sign_in.scope)
        {
            body.string("scope", user.scope);
        }
        let response = answer::json(200, body.finish());
        Ok(Reply::unsigned(response, id_token.into_iter().collect()))
    }

    /// The answer to client_credentials with an opaque access token.
    pub(super) fn answer_with_opaque(
        &mut self,
        token: &AccessToken,
        requested: Option<&str>,
        lifetime: i64,
    ) -> Reply {
        let access_token = self.sealer.seal(token, &mut self.random);
        let mut body = ObjectWriter::new();
        body.string("token_type", token_type(token.jkt.as_deref()))
            .string("access_token", &access_token)
            .integer("expires_in", lifetime)
            .integer("expires_at", token.expires);
        // RFC 6749 section 5.1: told where it is not what was asked for.
        let changed = !requested.is_some_and(|requested| scope::same(requested, &token.scope));
        if !token.scope.is_empty() && (changed || self.config.profile.scope_always_told()) {
            body.string("scope", &token.scope);
        }
        answer::json(200, body.finish()).into()
    }

    /// The answer to client_credentials with a JWT.
    pub(super) fn answer_with_jwt(&mut self, token: &AccessToken, lifetime: i64) -> Answer {
        let input = self.access_token_input(token)?;
        let mut body = ObjectWriter::new();
        body.string("token_type", token_type(token.jkt.as_deref()))
            .raw("access_token", TOKEN_MARK)
            .integer("expires_in", lifetime)
            .integer("expires_at", token.expires);
        if !token.scope.is_empty() {
            body.string("scope", &token.scope);
        }
        let response = answer::json(200, body.finish());
        Ok(Reply::unsigned(response, vec![input]))
    }
}

/// How a token is used: alone, or with a proof (RFC 9449 section 5).
pub(crate) fn token_type(jkt: Option<&str>) -> &'static str {
    if jkt.is_some() { "DPoP" } else { "Bearer" }
}

/// EIAM: an application gets refresh tokens if it has opened their grant; at the instance's server
/// the scope `offline_access` must ask for one too.
fn gets_refresh_token(authority: Authority, client: &Client, sign_in: &SignIn) -> bool {
    client.application.allows(GrantType::RefreshToken)
        && (authority == Authority::Application
            || scope::contains(&sign_in.scope, scope::OFFLINE_ACCESS))
}
