//! Why a token did not work. The issuer tells its clients the same for every such token (RFC 6750 section 3.1, RFC 7662
//! section 2.2), and a test what it knows.

use crate::http::HttpRequest;
use crate::issuer::check::client::named_client;
use crate::issuer::check::{access_token, reach, refresh_token, standing};
use crate::issuer::jose::jws::Jws;
use crate::issuer::sealed::access_token::AccessToken;
use crate::issuer::sealed::refresh_token::RefreshToken;
use crate::issuer::wire::bearer;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::route::{self, Endpoint, Route};
use crate::issuer::{Issuer, Refused, SignatureCheck};
use crate::seconds;

/// A request that presents a token, and the time at which it came.
pub(crate) struct Presented<'a> {
    pub(crate) issuer: &'a Issuer,
    pub(crate) request: &'a HttpRequest,
    /// Its genuine signatures.
    pub(crate) verified: &'a [SignatureCheck],
    pub(crate) now: i64,
}

impl Presented<'_> {
    /// Why the token of a request does not work; none if it does, or if the request presents none. It has no part of the
    /// token, and names nobody but clients and issuers.
    pub(crate) fn why(&self, refused: Option<&Refused>) -> Option<String> {
        let config = self.issuer.config();
        let (path, query) = route::split(&self.request.url, config);
        let route = Route::from_path(path)?;
        match route.endpoint {
            Endpoint::UserInfo if refused.is_some_and(|it| it.rule == "token_invalid") => {
                let posted = bearer::posted(self.request, config.profile).ok().flatten();
                let of_body = || posted.as_ref()?.value("access_token");
                let (scheme, text) = bearer::credentials(self.request)
                    .or_else(|| of_body().map(|text| ("", text)))?;
                self.at_userinfo(&route, scheme, text)
            }
            Endpoint::Introspect | Endpoint::Revoke if refused.is_none() => {
                let parameters = Parameters::read(self.request, query, config.profile).ok()?;
                let text = parameters.value("token")?;
                let authorization = self.request.headers.value("authorization");
                let client = named_client(authorization, &parameters)?;
                if route.endpoint == Endpoint::Introspect {
                    self.at_introspection(&route, &client, text)
                } else {
                    // What has ended already is no news to who ends it.
                    self.access_token(text).err().filter(|_| self.refresh_token(text).is_none())
                }
            }
            _ => None,
        }
    }

    fn at_userinfo(&self, route: &Route<'_>, scheme: &str, text: &str) -> Option<String> {
        let token = match self.access_token(text) {
            Err(why) => return Some(why),
            Ok(token) => token,
        };
        let is_proved = scheme == bearer::DPOP;
        let why = match &token.jkt {
            Some(_) if !is_proved => {
                "it is bound to a key, so it works with a proof by that key alone (DPoP)"
            }
            None if is_proved => "it is bound to no key, so its scheme is Bearer and not DPoP",
            _ => {
                return self
                    .ended(&token)
                    .or_else(|| Some(self.elsewhere(route, &token, &token.client)));
            }
        };
        Some(why.to_owned())
    }

    fn at_introspection(&self, route: &Route<'_>, client: &str, text: &str) -> Option<String> {
        if let Some(token) = self.refresh_token(text) {
            let grant = &token.user_grant;
            if grant.client != client {
                return Some(format!("it is a refresh token of the client {}", grant.client));
            }
            if grant.authority != route.authority {
                return Some("it is a refresh token of the other issuer".to_owned());
            }
            let application = self.issuer.directory.enabled_application(client)?;
            let (directory, store) = (&self.issuer.directory, &self.issuer.store);
            let checked =
                refresh_token::check_live(directory, store, application, &token, self.now);
            return checked.err().map(|refusal| refusal.description());
        }
        let token = match self.access_token(text) {
            Err(why) => return Some(why),
            Ok(token) => token,
        };
        let config = self.issuer.config();
        let application = self.issuer.directory.enabled_application(client)?;
        let is_its_own = reach::reaches(config, client, &application.introspects, &token);
        let is_here = token.authority == route.authority
            && route.application.is_none_or(|path| path == token.client || path == client);
        self.ended(&token).or_else(|| match (is_here, is_its_own) {
            (true, true) => None,
            (false, _) => Some(self.elsewhere(route, &token, client)),
            (true, false) => Some(format!(
                "it was given to the client {}, and {client} may not ask about it",
                token.client
            )),
        })
    }

    /// The access token that a text is, or why it is none.
    fn access_token(&self, text: &str) -> Result<AccessToken, String> {
        let vault = &self.issuer.vault;
        if let Some(token) = access_token::open(vault, self.verified, text) {
            return Ok(token);
        }
        let why = match Jws::read(text) {
            None if self.refresh_token(text).is_some() => "it is a refresh token",
            None => "this issuer has not made it, or made it with other keys, or it was changed",
            Some(jws) if !jws.is_type("at+jwt") => {
                "it is a JWT of another kind, as an id_token is one"
            }
            Some(jws) if access_token::open_unverified(vault, &jws).is_some() => {
                "its signature is not genuine: it was changed, or signed by another key"
            }
            Some(_) => "it is a JWT that this issuer has not made",
        };
        Err(why.to_owned())
    }

    fn refresh_token(&self, text: &str) -> Option<RefreshToken> {
        self.issuer.vault.open(text)
    }

    /// Why an access token has ended; none if it has not.
    fn ended(&self, token: &AccessToken) -> Option<String> {
        let Issuer { directory, store, .. } = self.issuer;
        if token.expires == 0 {
            return Some("it has expired, because the test said so".to_owned());
        }
        if seconds::expired(token.expires, self.now, 0) {
            let ago = self.now.saturating_sub(token.expires);
            return Some(format!("it expired {ago} seconds ago, at {}", token.expires));
        }
        if store.is_revoked(token.grant, token.serial, self.now) {
            return Some("it was revoked, or the sign-in that it came of".to_owned());
        }
        let subject = token.subject.as_deref();
        let standing =
            standing::check(directory, &store.epochs, &token.client, subject, token.epoch);
        if let Err(refusal) = standing {
            return Some(refusal.description());
        }
        if access_token::is_live(directory, store, token, self.now) {
            return None;
        }
        let why = if token.exchanged.is_some() {
            "a token has ended that it was exchanged for"
        } else {
            "all tokens of its user or its client were ended"
        };
        Some(why.to_owned())
    }

    /// That a token is of another issuer than the one that was asked.
    fn elsewhere(&self, route: &Route<'_>, token: &AccessToken, client: &str) -> String {
        let config = self.issuer.config();
        let (is, asked) = (
            token.issuer(config),
            config.issuer_url(route.authority, route.application.unwrap_or(client)),
        );
        format!("it is a token of the issuer {is}, and {asked} was asked")
    }
}
