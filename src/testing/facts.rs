//! What a request is about, read before it is decided.

use crate::http::HttpRequest;
use crate::issuer::Issuer;
use crate::issuer::check::client::named_client;
use crate::issuer::config::GrantType;
use crate::issuer::jose::jws::Jws;
use crate::issuer::sealed::access_token::{AccessToken, TokenId};
use crate::issuer::sealed::code::Code;
use crate::issuer::sealed::cookie::SessionCookie;
use crate::issuer::sealed::refresh_token::RefreshToken;
use crate::issuer::wire::bearer;
use crate::issuer::wire::cookies::{self, Sessions};
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::route::{self, Route};

/// What a request is about, as far as it says so itself. Nothing of it has been checked: a request that is
/// refused has the same facts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts {
    /// The endpoint, such as `token` or `authorize`: see [`Location`](crate::issuer::Location). None for a
    /// path that no endpoint has.
    pub endpoint: Option<&'static str>,
    /// The method's name.
    pub method: &'static str,
    /// The path below the base URL.
    pub path: String,
    /// The id of the client: the application that the path names, or else the client that the request
    /// names.
    pub client: Option<String>,
    /// The grant type, at the token endpoint.
    pub grant: Option<String>,
    /// The id of the user: of the token or the code that the request presents, of the username that it
    /// has, or of the browser's login session.
    pub user: Option<String>,
}

impl Facts {
    /// Reads them. `now` is the time that the issuer sees.
    #[must_use]
    pub(crate) fn of(issuer: &Issuer, request: &HttpRequest, now: i64) -> Self {
        let config = issuer.config();
        let (path, query) = route::split(&request.url, config);
        let well_known = route::well_known_of_prefix(path, config);
        let route = Route::from_path(well_known.as_deref().unwrap_or(path));
        let parameters = Parameters::read(request, query, config.profile).ok();
        let value = |name: &str| parameters.as_ref().and_then(|all| all.value(name));
        let of_path = route.and_then(|route| route.application).map(str::to_owned);
        let named = || named_client(request.headers.value("authorization"), parameters.as_ref()?);
        Self {
            endpoint: route.map(|route| route.endpoint.name()),
            method: request.method.name(),
            client: of_path.or_else(named).map(|id| shortened(&id)),
            grant: value("grant_type").map(|name| {
                // Those that the issuer has are called as in a configuration.
                GrantType::from_name(name).map_or_else(|| shortened(name), |it| it.name().into())
            }),
            user: user(issuer, request, parameters.as_ref(), now),
            path: shortened(path),
        }
    }
}

/// The user whom a request is about.
fn user(
    issuer: &Issuer,
    request: &HttpRequest,
    parameters: Option<&Parameters>,
    now: i64,
) -> Option<String> {
    let vault = &issuer.vault;
    let value = |name: &str| parameters.and_then(|all| all.value(name));
    let of_access_token = |token: &str| {
        let opaque = || vault.open::<AccessToken>(token);
        let id = || Jws::read(token)?.claims()?.text("jti").map(|id| id.into_owned());
        let jwt = || vault.open::<TokenId>(&id()?).map(|TokenId(token)| token);
        opaque().or_else(jwt)?.subject
    };
    let of_refresh_token =
        |token: &str| vault.open::<RefreshToken>(token).map(|token| token.user_grant.subject);
    let of_code = |code: &str| vault.open::<Code>(code).map(|code| code.user_grant.subject);
    let of_username =
        |name: &str| issuer.directory.find_user_by_name(name).map(|user| user.user_id.clone());
    let presented = bearer::credentials(request).and_then(|(_, token)| of_access_token(token));
    presented
        .or_else(|| value("code").and_then(of_code))
        .or_else(|| value("refresh_token").and_then(of_refresh_token))
        .or_else(|| {
            let token = value("token").or_else(|| value("subject_token"))?;
            of_access_token(token).or_else(|| of_refresh_token(token))
        })
        .or_else(|| value("username").and_then(of_username))
        .or_else(|| of_session(issuer, request, now))
}

/// The user who is signed in in the browser that sent a request.
fn of_session(issuer: &Issuer, request: &HttpRequest, now: i64) -> Option<String> {
    let cookies = &issuer.frontend.cookies;
    let id = match cookies.sessions {
        Sessions::Cookie => {
            let name = cookies::SESSION;
            let cookie = cookies.open(issuer.config(), &issuer.vault, request, name)?;
            let SessionCookie(id) = cookie;
            id
        }
        Sessions::Host => issuer.store.host_session.id()?,
    };
    issuer.store.sessions.get(&id, now).map(|session| session.subject.clone())
}

/// As much of a text as anybody has to see: a request may name itself anything.
fn shortened(text: &str) -> String {
    text.chars().take(MAX_CHARACTERS).collect()
}

/// As many characters as the longest id of a client that is a URL.
const MAX_CHARACTERS: usize = 512;

/// The endpoints, as [`Facts`] call them.
pub(crate) const ENDPOINTS: [&str; 16] = [
    "authorize",
    "login",
    "decision",
    "logout",
    "signout",
    "device",
    "par",
    "token",
    "device_authorization",
    "userinfo",
    "revoke",
    "introspect",
    "register",
    "client_configuration",
    "jwks",
    "discovery",
];
