use crate::rules::eiam::{self, Application};
use crate::rules::endpoint::{EndpointRule, PlainHttp, lacks_portal};

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
    /// `pushed_authorization_request_endpoint` (RFC 9126).
    pub pushed_authorization_request_endpoint: Option<String>,
    /// `registration_endpoint` (RFC 7591).
    pub registration_endpoint: Option<String>,
    /// `require_pushed_authorization_requests` (RFC 9126 section 5): whether the server takes no other
    /// authorization requests.
    pub requires_pushed_requests: bool,
    /// `authorization_response_iss_parameter_supported` (RFC 9207): whether every callback has
    /// `iss`.
    pub iss_in_callback: bool,
    /// The endpoints of discovered metadata that may not be used, and are left out for that. A request to
    /// one fails with the reason.
    pub unusable: Vec<UnusableEndpoint>,
}

/// An endpoint that may not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnusableEndpoint {
    /// Its name in the metadata.
    pub name: &'static str,
    /// Why, such as that it is plain http at an https server.
    pub reason: &'static str,
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
            &self.pushed_authorization_request_endpoint,
            &self.registration_endpoint,
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
            &mut self.pushed_authorization_request_endpoint,
            &mut self.registration_endpoint,
        ];
        let mut named = Self::ENDPOINTS.iter().zip(endpoints);
        if let Some((_, endpoint)) = named.find(|(known, _)| **known == name) {
            *endpoint = Some(url).filter(|url| !url.is_empty()).map(str::to_owned);
        }
    }

    /// The names that [`Server::endpoint`] knows.
    pub const ENDPOINTS: [&'static str; 11] = [
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "device_authorization_endpoint",
        "userinfo_endpoint",
        "revocation_endpoint",
        "introspection_endpoint",
        "end_session_endpoint",
        "jwks_uri",
        "pushed_authorization_request_endpoint",
        "registration_endpoint",
    ];

    /// Checks that all endpoints are http(s) URLs, and as safe as the issuer (RFC 8414 section 2) and
    /// `http` demand; the error names the first that is not.
    pub(super) fn check(&self, http: PlainHttp) -> Result<(), Error> {
        let issuer = self.issuer.as_deref().unwrap_or_default();
        let mut rule = EndpointRule::new(issuer.as_bytes(), http);
        for name in Self::ENDPOINTS.into_iter().skip(1) {
            let url = self.endpoint(name).unwrap_or_default();
            if let Some(reason) = rule.fault(url.as_bytes()) {
                return Err(Error::argument(name, reason.text()));
            }
        }
        Ok(())
    }

    /// Whether it is a server of EIAM's whose pages are not known.
    pub(super) fn lacks_portal(&self) -> bool {
        lacks_portal(
            self.authorization_endpoint.as_deref().unwrap_or_default(),
            self.token_endpoint.as_deref().unwrap_or_default(),
        )
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
        let parts = [
            Some(self.region),
            Some(self.instance_id),
            Some(self.application_id),
            self.portal,
            self.authorization_server,
        ];
        let application = Application {
            parts: parts.map(|part| part.map(str::as_bytes)),
            developer_api: self.developer_api,
        };
        let mut urls = Vec::new();
        eiam::write(&application, &mut urls).map_err(|failure| Error::of(failure, &urls))?;
        let urls = String::from_utf8_lossy(&urls);
        let mut server = Server::default();
        for (name, url) in Server::ENDPOINTS.into_iter().zip(urls.split('\0')) {
            server.set_endpoint(name, url);
        }
        Ok(server)
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
