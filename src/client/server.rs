use crate::text;

use super::address::{PlainHttp, Safety};
use super::error::Error;

/// The metadata of an authorization server (RFC 8414 section 2). `None` means that the server does
/// not have the endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// `issuer`: the issuer URL. Wherever a response names its issuer, the client compares it
    /// exactly.
    pub issuer: Option<String>,
    /// `authorization_endpoint`, the page on which users sign in.
    pub authorization_endpoint: Option<String>,
    /// `token_endpoint`.
    pub token_endpoint: Option<String>,
    /// `device_authorization_endpoint` (RFC 8628).
    pub device_authorization_endpoint: Option<String>,
    /// `userinfo_endpoint` (OpenID Connect Core section 5.3).
    pub userinfo_endpoint: Option<String>,
    /// `revocation_endpoint` (RFC 7009).
    pub revocation_endpoint: Option<String>,
    /// `introspection_endpoint` (RFC 7662).
    pub introspection_endpoint: Option<String>,
    /// `end_session_endpoint` (OpenID Connect RP-Initiated Logout).
    pub end_session_endpoint: Option<String>,
    /// `jwks_uri`: the server's public keys.
    pub jwks_uri: Option<String>,
    /// `authorization_response_iss_parameter_supported` (RFC 9207): whether every callback has
    /// `iss`.
    pub iss_in_callback: bool,
}

impl Server {
    /// The endpoint of this name in the server's metadata.
    #[must_use]
    pub fn endpoint(&self, name: &str) -> Option<&str> {
        let endpoints = [
            &self.issuer,
            &self.authorization_endpoint,
            &self.token_endpoint,
            &self.device_authorization_endpoint,
            &self.userinfo_endpoint,
            &self.revocation_endpoint,
            &self.introspection_endpoint,
            &self.end_session_endpoint,
            &self.jwks_uri,
        ];
        let mut named = Self::ENDPOINTS.iter().zip(endpoints);
        named.find(|(known, _)| **known == name)?.1.as_deref()
    }

    /// Sets the endpoint of this name in the server's metadata, or takes it away with an empty URL;
    /// other names are ignored.
    pub fn set_endpoint(&mut self, name: &str, url: &str) {
        let endpoints = [
            &mut self.issuer,
            &mut self.authorization_endpoint,
            &mut self.token_endpoint,
            &mut self.device_authorization_endpoint,
            &mut self.userinfo_endpoint,
            &mut self.revocation_endpoint,
            &mut self.introspection_endpoint,
            &mut self.end_session_endpoint,
            &mut self.jwks_uri,
        ];
        let mut named = Self::ENDPOINTS.iter().zip(endpoints);
        if let Some((_, endpoint)) = named.find(|(known, _)| **known == name) {
            *endpoint = Some(url).filter(|url| !url.is_empty()).map(str::to_owned);
        }
    }

    /// The names that [`Server::endpoint`] knows.
    pub const ENDPOINTS: [&'static str; 9] = [
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "device_authorization_endpoint",
        "userinfo_endpoint",
        "revocation_endpoint",
        "introspection_endpoint",
        "end_session_endpoint",
        "jwks_uri",
    ];

    /// Checks that all endpoints are as [`EndpointRule`] demands; the error names the first that is not.
    pub(super) fn check(&self, http: PlainHttp) -> Result<(), Error> {
        let mut rule = EndpointRule::new(self.issuer.as_deref().unwrap_or_default(), http);
        let mut names = Self::ENDPOINTS.iter().skip(1);
        names.try_for_each(|name| rule.check(name, self.endpoint(name).unwrap_or_default()))
    }

    /// Whether it is a server of EIAM's whose pages are not known. The host of its token endpoint tells
    /// that it is EIAM's, and all of those have pages.
    pub(super) fn lacks_portal(&self) -> bool {
        let url = self.token_endpoint.as_deref().unwrap_or_default();
        self.authorization_endpoint.is_none()
            && url.starts_with("https://eiam-")
            && url.contains(".aliyuncs.com/v2/")
    }
}

/// What endpoints have to be: http(s) URLs, and https at a server that is known by https (RFC 8414
/// section 2). It is known by its issuer, or if that is no URL, by its first endpoint.
pub(crate) struct EndpointRule {
    http: PlainHttp,
    least: Option<Safety>,
}

impl EndpointRule {
    pub(crate) fn new(issuer: &str, http: PlainHttp) -> Self {
        // An issuer that is no URL is only a name: it is compared and never opened.
        Self { http, least: Safety::of(issuer).map(|issuer| issuer.demands(http)) }
    }

    /// Checks one of [`Server::ENDPOINTS`] after the other; an empty one is not there.
    pub(crate) fn check(&mut self, name: &'static str, url: &str) -> Result<(), Error> {
        if url.is_empty() {
            return Ok(());
        }
        let least = *self.least.get_or_insert_with(|| Safety::least(url, self.http));
        least.fault(url).map_or(Ok(()), |fault| Err(Error::argument(name, fault)))
    }
}

/// The parts of the address of an application of Alibaba Cloud IDaaS EIAM, from which a [`Server`]
/// is made without a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EiamServer<'a> {
    /// The region of the instance, such as `cn-hangzhou`.
    pub region: &'a str,
    /// The instance, `idaas_…`.
    pub instance_id: &'a str,
    /// The application, `app_…`.
    pub application_id: &'a str,
    /// The host of the instance's pages, `{prefix}.aliyunidaas.com`. Without it, nobody can sign in
    /// by browser, but there are all other endpoints.
    pub portal: Option<&'a str>,
    /// An authorization server of the instance, such as `iauths_system`, in place of the
    /// application's own one (EIAM: section 0, GenerateTokenByAuthorizationServer). Requests go to
    /// the portal if it is known, else to the DeveloperAPI, which has only its token endpoint.
    pub authorization_server: Option<&'a str>,
    /// Whether requests go to the DeveloperAPI's host, which the official SDKs use, instead of the
    /// host that the application's discovery document names. The paths are the same.
    pub developer_api: bool,
}

impl<'a> EiamServer<'a> {
    /// An application, without the host of its pages.
    #[must_use]
    pub fn new(region: &'a str, instance_id: &'a str, application_id: &'a str) -> Self {
        Self {
            region,
            instance_id,
            application_id,
            portal: None,
            authorization_server: None,
            developer_api: false,
        }
    }

    /// Adds the host of the instance's pages.
    #[must_use]
    pub fn portal(mut self, portal: &'a str) -> Self {
        self.portal = Some(portal);
        self
    }

    /// Uses an authorization server of the instance in place of the application's own one.
    #[must_use]
    pub fn authorization_server(mut self, id: &'a str) -> Self {
        self.authorization_server = Some(id);
        self
    }

    /// Uses the endpoints at the DeveloperAPI's host.
    #[must_use]
    pub fn developer_api(mut self) -> Self {
        self.developer_api = true;
        self
    }

    /// Makes the endpoints. Issuer and pages are on different hosts (EIAM: sections 0 and 6).
    ///
    /// # Errors
    /// Fails for a part that is empty, or that contains anything except letters, digits, `-`, `_`
    /// and (in the portal's host) `.`.
    pub fn server(&self) -> Result<Server, Error> {
        let mut server = Server::default();
        for (name, url) in Server::ENDPOINTS.into_iter().zip(self.endpoints()?) {
            server.set_endpoint(name, &url);
        }
        Ok(server)
    }

    /// The URLs in the order of [`Server::ENDPOINTS`]; empty for those that it does not have.
    pub(crate) fn endpoints(&self) -> Result<[String; ENDPOINTS], Error> {
        check("region", Some(self.region), "missing, such as cn-hangzhou")?;
        check("instance_id", Some(self.instance_id), "missing, such as idaas_abc123")?;
        check("application_id", Some(self.application_id), "missing, such as app_abc123")?;
        check("portal", self.portal, "empty")?;
        check("authorization_server", self.authorization_server, "empty")?;
        let templates = match (self.authorization_server, self.portal, self.developer_api) {
            (Some(_), Some(_), _) => INSTANCE,
            (Some(_), None, _) => INSTANCE_BY_DEVELOPER_API,
            (None, _, true) => DEVELOPER_API,
            (None, _, false) => APPLICATION,
        };
        Ok(templates.map(|template| self.expand(template).unwrap_or_default()))
    }

    /// Puts the parts in the places of their names; `None` if one of them is missing.
    fn expand(&self, template: &str) -> Option<String> {
        let mut url = String::new();
        let mut rest = template;
        while let Some((before, after)) = text::split_once(rest, b'{') {
            let (name, after) = text::split_once(after, b'}')?;
            url.push_str(before);
            url.push_str(match name {
                "region" => self.region,
                "instance" => self.instance_id,
                "application" => self.application_id,
                "portal" => self.portal?,
                _ => self.authorization_server?,
            });
            rest = after;
        }
        url.push_str(rest);
        Some(url)
    }
}

const ENDPOINTS: usize = Server::ENDPOINTS.len();

/// On the hosts that the discovery document of an application names.
const APPLICATION: [&str; ENDPOINTS] = [
    "https://eiam-api-{region}.aliyuncs.com/v2/{instance}/{application}/oidc",
    "https://{portal}/login/app/{application}/oauth2/authorize",
    "https://eiam-api-{region}.aliyuncs.com/v2/{instance}/{application}/oauth2/token",
    "https://eiam-api-{region}.aliyuncs.com/v2/{instance}/{application}/oauth2/device/code",
    "https://eiam-api-{region}.aliyuncs.com/v2/{instance}/{application}/oauth2/userinfo",
    "https://eiam-api-{region}.aliyuncs.com/v2/{instance}/{application}/oauth2/revoke",
    "",
    "https://{portal}/login/app/{application}/oauth2/logout",
    "https://eiam-api-{region}.aliyuncs.com/v2/{instance}/{application}/oidc/jwks",
];

/// On the DeveloperAPI's host; issuer and keys are the same.
const DEVELOPER_API: [&str; ENDPOINTS] = [
    "https://eiam-api-{region}.aliyuncs.com/v2/{instance}/{application}/oidc",
    "https://{portal}/login/app/{application}/oauth2/authorize",
    "https://eiam-developerapi.{region}.aliyuncs.com/v2/{instance}/{application}/oauth2/token",
    "https://eiam-developerapi.{region}.aliyuncs.com/v2/{instance}/{application}/oauth2/device/code",
    "https://eiam-developerapi.{region}.aliyuncs.com/v2/{instance}/{application}/oauth2/userinfo",
    "https://eiam-developerapi.{region}.aliyuncs.com/v2/{instance}/{application}/oauth2/revoke",
    "",
    "https://{portal}/login/app/{application}/oauth2/logout",
    "https://eiam-api-{region}.aliyuncs.com/v2/{instance}/{application}/oidc/jwks",
];

/// An authorization server of the instance; what else it has is in its discovery document only.
const INSTANCE: [&str; ENDPOINTS] = [
    "https://{portal}/api/v2/{server}/oauth2",
    "https://{portal}/login/app/common/oauth2/authorize",
    "https://{portal}/api/v2/{server}/oauth2/token",
    "",
    "",
    "",
    "",
    "https://{portal}/login/app/common/oauth2/logout",
    "https://{portal}/api/v2/{server}/oauth2/jwks",
];

/// The same without the portal: GenerateTokenByAuthorizationServer alone.
const INSTANCE_BY_DEVELOPER_API: [&str; ENDPOINTS] = [
    "",
    "",
    "https://eiam-developerapi.{region}.aliyuncs.com/v2/{instance}/authorizationServer/{server}/oauth2/token",
    "",
    "",
    "",
    "",
    "",
    "",
];

fn check(name: &'static str, part: Option<&str>, if_empty: &'static str) -> Result<(), Error> {
    let Some(part) = part else { return Ok(()) };
    // No host has underscores, and only a whole one has dots.
    let also = match name {
        "portal" => b'.',
        "region" => b'-',
        _ => b'_',
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == also;
    if part.is_empty() {
        Err(Error::argument(name, if_empty))
    } else if !part.bytes().all(allowed) {
        // Whoever copies it copies an address.
        let host = "not a host alone, such as example.aliyunidaas.com, without https:// and path";
        let other = "has a character that cannot stand in it";
        Err(Error::argument(name, if name == "portal" { host } else { other }))
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eiam_endpoints_are_those_of_the_service() {
        let server = EiamServer::new("cn-hangzhou", "idaas_x", "app_x")
            .portal("example.aliyunidaas.com")
            .server()
            .unwrap();
        for (name, url) in [
            ("issuer", "https://eiam-api-cn-hangzhou.aliyuncs.com/v2/idaas_x/app_x/oidc"),
            (
                "token_endpoint",
                "https://eiam-api-cn-hangzhou.aliyuncs.com/v2/idaas_x/app_x/oauth2/token",
            ),
            ("jwks_uri", "https://eiam-api-cn-hangzhou.aliyuncs.com/v2/idaas_x/app_x/oidc/jwks"),
            (
                "authorization_endpoint",
                "https://example.aliyunidaas.com/login/app/app_x/oauth2/authorize",
            ),
        ] {
            assert_eq!(server.endpoint(name), Some(url));
        }
    }

    #[test]
    fn eiam_parts_cannot_break_out_of_the_url() {
        for (region, instance, application) in
            [("cn/..", "i", "a"), ("cn", "i?x", "a"), ("cn", "i", ""), ("evil.example#", "i", "a")]
        {
            assert!(EiamServer::new(region, instance, application).server().is_err());
        }
    }

    #[test]
    fn every_endpoint_name_reads_what_it_sets() {
        let mut server = Server::default();
        for name in Server::ENDPOINTS {
            server.set_endpoint(name, name);
        }
        for name in Server::ENDPOINTS {
            assert_eq!(server.endpoint(name), Some(name));
        }
    }
}
