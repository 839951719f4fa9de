//! Which endpoint a path belongs to.

use crate::http::Method;
use crate::text;

use crate::issuer::config::Config;
use crate::issuer::wire::authority::Authority;

/// An endpoint of one of the two issuers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Authorize,
    Login,
    Decision,
    Logout,
    SignOut,
    Device,
    PushedAuthorization,
    Token,
    DeviceAuthorization,
    UserInfo,
    Revoke,
    Introspect,
    Register,
    ClientConfiguration,
    Jwks,
    Discovery,
}

impl Endpoint {
    /// Whether it is a page for people. The other endpoints are for programs.
    pub(crate) fn is_page(self) -> bool {
        matches!(
            self,
            Self::Authorize
                | Self::Login
                | Self::Decision
                | Self::Logout
                | Self::SignOut
                | Self::Device
        )
    }

    /// Whether it is about clients that register themselves, which only the instance's server has: an
    /// application has one client.
    pub(crate) fn is_of_registration(self) -> bool {
        matches!(self, Self::Register | Self::ClientConfiguration)
    }

    /// The allowed methods, in the form of the `Allow` header.
    pub(crate) fn methods(self) -> &'static str {
        match self {
            Self::Authorize | Self::Logout | Self::Device => "GET, POST",
            Self::Login | Self::Decision | Self::SignOut => "POST",
            Self::UserInfo => "GET, HEAD, POST, OPTIONS",
            Self::Jwks | Self::Discovery => "GET, HEAD, OPTIONS",
            Self::ClientConfiguration => "GET, HEAD, PUT, DELETE, OPTIONS",
            Self::PushedAuthorization
            | Self::Token
            | Self::DeviceAuthorization
            | Self::Revoke
            | Self::Introspect
            | Self::Register => "POST, OPTIONS",
        }
    }

    /// Whether a method is allowed.
    pub(crate) fn takes(self, method: Method) -> bool {
        self.methods().split(", ").any(|name| name == method.name())
    }

    /// The name in a [`Location`](crate::issuer::Location): mostly the last segment of the path.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::Login => "login",
            Self::Decision => "decision",
            Self::Logout => "logout",
            Self::SignOut => "signout",
            Self::Device => "device",
            Self::PushedAuthorization => "par",
            Self::Token => "token",
            Self::DeviceAuthorization => "device_authorization",
            Self::UserInfo => "userinfo",
            Self::Revoke => "revoke",
            Self::Introspect => "introspect",
            Self::Register => "register",
            Self::ClientConfiguration => "client_configuration",
            Self::Jwks => "jwks",
            Self::Discovery => "discovery",
        }
    }

    /// The page with these segments after `oauth2`.
    fn from_page(segments: &[&str]) -> Option<Self> {
        Some(match segments {
            ["authorize"] => Self::Authorize,
            ["login"] => Self::Login,
            ["decision"] => Self::Decision,
            ["logout"] => Self::Logout,
            ["signout"] => Self::SignOut,
            ["device"] => Self::Device,
            _ => return None,
        })
    }

    /// The endpoint for programs with these segments after `oauth2`.
    fn from_api(segments: &[&str]) -> Option<Self> {
        Some(match segments {
            ["par"] => Self::PushedAuthorization,
            ["token"] => Self::Token,
            ["device", "code"] => Self::DeviceAuthorization,
            ["userinfo"] => Self::UserInfo,
            ["revoke"] => Self::Revoke,
            ["introspect"] => Self::Introspect,
            ["register"] => Self::Register,
            ["register", _] => Self::ClientConfiguration,
            _ => return None,
        })
    }

    /// The endpoint with these segments after the URL of an issuer.
    fn from_issuer(segments: &[&str]) -> Option<Self> {
        Some(match segments {
            ["jwks"] => Self::Jwks,
            // OpenID Connect Discovery section 4. Some clients append the name of RFC 8414 instead.
            [".well-known", "openid-configuration" | "oauth-authorization-server"] => {
                Self::Discovery
            }
            _ => return None,
        })
    }
}

/// Where a request goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Route<'a> {
    pub(crate) endpoint: Endpoint,
    pub(crate) authority: Authority,
    /// The application that the path names.
    pub(crate) application: Option<&'a str>,
    /// The instance that the path names.
    pub(crate) instance: Option<&'a str>,
}

impl<'a> Route<'a> {
    /// The route of a path below the base URL; none if no endpoint has this path.
    pub(crate) fn from_path(path: &'a str) -> Option<Self> {
        let path = path.strip_prefix('/').filter(|path| path.len() <= MAX_PATH)?;
        let segments: Vec<&str> = path.split('/').collect();
        match segments.as_slice() {
            // RFC 8414 section 3.1 puts the well-known name before the path of the issuer.
            [
                ".well-known",
                "oauth-authorization-server" | "openid-configuration",
                "v2",
                instance,
                application,
                "oidc",
            ] => Some(Self::application(Endpoint::Discovery, instance, application)),
            [
                ".well-known",
                "oauth-authorization-server" | "openid-configuration",
                "api",
                "v2",
                SERVER,
                "oauth2",
            ] => Some(Self::instance(Endpoint::Discovery)),
            ["v2", instance, "authorizationServer", SERVER, "oauth2", rest @ ..] => {
                Some(Self { instance: Some(instance), ..Self::instance(Endpoint::from_api(rest)?) })
            }
            ["v2", instance, application, "oauth2", rest @ ..] => {
                let endpoint = Endpoint::from_api(rest).filter(|one| !one.is_of_registration())?;
                Some(Self::application(endpoint, instance, application))
            }
            ["v2", instance, application, "oidc", rest @ ..] => {
                Some(Self::application(Endpoint::from_issuer(rest)?, instance, application))
            }
            ["api", "v2", SERVER, "oauth2", rest @ ..] => Some(Self::instance(
                Endpoint::from_api(rest).or_else(|| Endpoint::from_issuer(rest))?,
            )),
            ["login", "app", "common", "oauth2", rest @ ..] => {
                Some(Self::instance(Endpoint::from_page(rest)?))
            }
            ["login", "app", application, "oauth2", rest @ ..] => Some(Self {
                endpoint: Endpoint::from_page(rest)?,
                authority: Authority::Application,
                application: Some(application),
                instance: None,
            }),
            _ => None,
        }
    }

    /// The route of an endpoint of an application.
    fn application(endpoint: Endpoint, instance: &'a str, application: &'a str) -> Self {
        Self {
            endpoint,
            authority: Authority::Application,
            application: Some(application),
            instance: Some(instance),
        }
    }

    /// The route of an endpoint of the instance.
    fn instance(endpoint: Endpoint) -> Self {
        Self { endpoint, authority: Authority::Instance, application: None, instance: None }
    }
}

/// Splits a URL, or a path with its query, into the path below the base URL and the query.
pub(crate) fn split<'a>(url: &'a str, config: &Config) -> (&'a str, &'a str) {
    let url = url.split('#').next().unwrap_or(url);
    let (place, query) = url.split_once('?').unwrap_or((url, ""));
    // The host does not matter here: one base URL is that of all requests, or the issuer has looked at it before.
    let path = match text::split_scheme(place) {
        Some((scheme, rest)) if !scheme.contains('/') => {
            rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/")
        }
        _ => place,
    };
    let prefix = base_path(config);
    let path = match path.strip_prefix(prefix) {
        Some(rest) if rest.starts_with('/') => rest,
        _ => path,
    };
    (path, query)
}

/// Whether a path contains the well-known name of metadata. It compares bytes, because searching
/// with the standard library would add five kilobytes to the wasm module.
pub(crate) fn asks_metadata(path: &str) -> bool {
    path.len() <= MAX_PATH
        && WELL_KNOWN
            .iter()
            .any(|name| path.as_bytes().windows(name.len()).any(|part| part == name.as_bytes()))
}

/// If the base URL has a path, RFC 8414 puts the well-known name before it. This returns such a
/// path without the path of the base URL; none for other paths.
pub(crate) fn well_known_of_prefix(path: &str, config: &Config) -> Option<String> {
    let prefix = base_path(config);
    if prefix.is_empty() {
        return None;
    }
    WELL_KNOWN.into_iter().find_map(|name| {
        let rest = path.strip_prefix(name)?.strip_prefix(prefix)?;
        Some(format!("{name}{rest}"))
    })
}

/// The path of the base URL, without a slash at the end.
pub(crate) fn base_path(config: &Config) -> &str {
    let base = config.base();
    let rest = text::split_scheme(base).map_or(base, |(_, rest)| rest);
    rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("")
}

/// The scheme and authority of the base URL.
pub(crate) fn base_origin(config: &Config) -> &str {
    let base = config.base();
    base.strip_suffix(base_path(config)).unwrap_or(base)
}

/// The well-known names of metadata (RFC 8414 section 3, OpenID Connect Discovery section 4).
pub(crate) const WELL_KNOWN: [&str; 2] =
    ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];

/// The most bytes that the path of an endpoint can have: two ids of up to 128, and fixed words.
const MAX_PATH: usize = 512;

/// The id of the authorization server that every instance has.
pub(crate) const SERVER: &str = "iauths_system";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_issuers_and_the_alias() {
        let token = Route::from_path("/v2/i/app_web/oauth2/token").unwrap();
        assert_eq!(
            (token.endpoint, token.application, token.instance),
            (Endpoint::Token, Some("app_web"), Some("i"))
        );
        for path in [
            "/api/v2/iauths_system/oauth2/token",
            "/v2/i/authorizationServer/iauths_system/oauth2/token",
        ] {
            let token = Route::from_path(path).unwrap();
            assert_eq!(token.endpoint, Endpoint::Token);
            assert_eq!(token.authority, Authority::Instance);
        }
        for path in [
            "",
            "/",
            "/v2/i/app_web/oauth2",
            "/v2/i/app_web/oauth2/token/",
            "//v2/i/app_web/oauth2/token",
            "/api/v2/other/oauth2/token",
            "/v2/i/authorizationServer/other/oauth2/token",
        ] {
            assert_eq!(Route::from_path(path), None, "{path}");
        }
    }

    #[test]
    fn the_base_path_is_taken_off() {
        let config = Config::example("http://localhost:8600/issuer");
        for url in [
            "http://localhost:8600/issuer/v2/x?a=b",
            "https://elsewhere/issuer/v2/x?a=b#c",
            "/issuer/v2/x?a=b",
            "/v2/x?a=b",
        ] {
            assert_eq!(split(url, &config), ("/v2/x", "a=b"), "{url}");
        }
        assert_eq!(split("/issuers/x", &config), ("/issuers/x", ""));
        assert_eq!(base_origin(&config), "http://localhost:8600");
        assert_eq!(base_path(&config), "/issuer");
        assert_eq!(split("/a?u=https://x/y", &config), ("/a", "u=https://x/y"));
    }
}
