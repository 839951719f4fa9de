//! Where a request belongs, for hosts that spread the applications over several issuers. Nothing is
//! checked here: the issuer that handles the request checks everything.
//!
//! The request is read by the same code that later answers it. A host with a reader of its own
//! could send a request to an issuer that reads it differently.

use crate::http::{HttpRequest, Method};

use crate::issuer::check::access_token;
use crate::issuer::check::client::named_client;
use crate::issuer::check::user_code::UserCode;
use crate::issuer::jose::jws::Jws;
use crate::issuer::sealed::access_token::AccessToken;
use crate::issuer::sealed::code::Code;
use crate::issuer::sealed::device_code::DeviceCode;
use crate::issuer::sealed::refresh_token::RefreshToken;
use crate::issuer::sealed::transaction::Transaction;
use crate::issuer::server::Issuer;
use crate::issuer::vault::Vault;
use crate::issuer::wire::authority::Authority;
use crate::issuer::wire::bearer;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::route::{self, Endpoint, Route};

/// Where a request belongs: see [`Issuer::locate`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Location {
    /// The name of the endpoint, such as `token` or `device_authorization`: mostly the last segment
    /// of the path. None if no endpoint has this path.
    pub endpoint: Option<&'static str>,
    /// Whether the endpoint is one of the instance's server, of which every application is a
    /// client.
    pub instance: bool,
    /// The id of the application that the request is about. None if it is about no application, or
    /// cannot be read. There may be no application with this id.
    pub application_id: Option<String>,
    /// The user code that was typed into the form for it, as the device shows it. None if the typed
    /// text is no code, or the form cannot be read.
    pub user_code: Option<String>,
    /// Whether the response depends only on the configuration and the keys, so that every issuer
    /// with the same gives the same response: metadata, keys, preflights, the instance's empty form
    /// for a user code, the index of an issuer on loopback, and the refusals of unknown paths and
    /// methods.
    pub stateless: bool,
}

impl Issuer {
    /// Finds out where a request belongs. The first of these names its application:
    ///
    /// 1. a code, token, device code or form that an issuer with the same
    ///    [sealing key](Issuer::set_sealing_key) has sealed;
    /// 2. the path;
    /// 3. the client that the request names;
    /// 4. an `id_token_hint`.
    ///
    /// Introspection and revocation are about a token, which may belong to another client, so the
    /// token comes last there. The instance's page for a user code is about no application,
    /// because the code does not show its client.
    #[must_use]
    pub fn locate(&self, request: &HttpRequest) -> Location {
        let (path, query) = route::split(&request.url, self.config());
        let well_known = route::well_known_of_prefix(path, self.config());
        let Some(route) = Route::from_path(well_known.as_deref().unwrap_or(path)) else {
            return Location { stateless: true, ..Location::default() };
        };
        let endpoint = route.endpoint;
        let parameters = match endpoint {
            Endpoint::UserInfo => bearer::posted(request, self.config().profile),
            _ => Parameters::read(request, query, self.config().profile).map(Some),
        };
        let parameters = parameters.ok().flatten();
        let typed = parameters.as_ref().and_then(|parameters| parameters.value("user_code"));
        let user_code = match (endpoint, request.method) {
            (Endpoint::Device, Method::Post) => typed.and_then(UserCode::from_typed),
            _ => None,
        };
        Location {
            endpoint: Some(endpoint.name()),
            instance: route.authority == Authority::Instance,
            application_id: owner(&self.vault, request, &route, parameters.as_ref()),
            user_code: user_code.map(|code| code.to_string()),
            stateless: is_stateless(endpoint, route.authority, request.method),
        }
    }

    /// The application that a request is about, as [`Issuer::locate`] finds it.
    #[must_use]
    pub fn application_of(&self, request: &HttpRequest) -> Option<String> {
        self.locate(request).application_id
    }
}

/// The application that a request is about: see [`Issuer::locate`].
fn owner(
    vault: &Vault,
    request: &HttpRequest,
    route: &Route<'_>,
    parameters: Option<&Parameters>,
) -> Option<String> {
    let of_path = || route.application.map(str::to_owned);
    let header = request.headers.value("authorization");
    let named = || named_client(header, parameters?);
    let value = |name| parameters?.value(name);
    match route.endpoint {
        Endpoint::Device => of_path(),
        Endpoint::Register => None,
        Endpoint::ClientConfiguration => {
            let path = request.url.split(['?', '#']).next()?;
            path.rsplit('/').next().map(str::to_owned)
        }
        Endpoint::UserInfo => {
            let in_header = bearer::credentials(request).map(|(_, token)| token);
            let token = in_header.or_else(|| value("access_token"));
            token.and_then(|token| owner_of_token(vault, token)).or_else(of_path)
        }
        Endpoint::Introspect | Endpoint::Revoke => {
            of_path().or_else(named).or_else(|| owner_of_token(vault, value("token")?))
        }
        _ => parameters
            .and_then(|parameters| owner_of_sealed(vault, parameters))
            .or_else(of_path)
            .or_else(named)
            .or_else(|| {
                let hint = Jws::read(value("id_token_hint")?)?;
                Some(hint.claims()?.text("aud")?.into_owned())
            }),
    }
}

/// The client for which a sealed code or token of the request was made.
fn owner_of_sealed(vault: &Vault, parameters: &Parameters) -> Option<String> {
    let value = |name| parameters.value(name);
    let of_transaction =
        || vault.open::<Transaction>(value("transaction")?).and_then(|form| form.client);
    let of_code = || vault.open::<Code>(value("code")?).map(|code| code.user_grant.client);
    let of_device = || vault.open::<DeviceCode>(value("device_code")?).map(|code| code.client);
    let of_token = |name| owner_of_token(vault, value(name)?);
    of_transaction()
        .or_else(of_code)
        .or_else(of_device)
        .or_else(|| ["refresh_token", "token", "access_token"].into_iter().find_map(of_token))
}

/// The client for which a token was made: a refresh token, or an access token, opaque or a JWT.
fn owner_of_token(vault: &Vault, text: &str) -> Option<String> {
    let token = vault.open::<RefreshToken>(text).map(|token| token.user_grant.client);
    token.or_else(|| {
        let sealed = vault.open::<AccessToken>(text);
        let token = sealed.or_else(|| access_token::open_unverified(vault, &Jws::read(text)?))?;
        Some(token.client)
    })
}

/// Whether every issuer with the same configuration and keys gives the same response.
fn is_stateless(endpoint: Endpoint, authority: Authority, method: Method) -> bool {
    match (endpoint, method) {
        (_, Method::Options) | (Endpoint::Jwks | Endpoint::Discovery, _) => true,
        // The page of an application sets the cookie by which its issuer counts wrong codes.
        (Endpoint::Device, Method::Get) => authority == Authority::Instance,
        _ => !endpoint.takes(method),
    }
}
