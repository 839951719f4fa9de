use crate::text;

use super::Error;

/// What is known of an authorization server (RFC 8414 section 2). An endpoint that is `None` is one
/// that the server does not have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// `issuer`: the server's name, compared exactly wherever an answer names its issuer.
    pub issuer: Option<String>,
    /// `authorization_endpoint`: where the browser goes.
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
    /// `authorization_response_iss_parameter_supported` (RFC 9207): callbacks must have `iss`.
    pub iss_in_callback: bool,
}

impl Server {
    /// The endpoint of this name in the server's metadata.
    #[must_use]
    pub fn endpoint(&self, name: &str) -> Option<&str> {
        match name {
            "issuer" => self.issuer.as_deref(),
            "authorization_endpoint" => self.authorization_endpoint.as_deref(),
            "token_endpoint" => self.token_endpoint.as_deref(),
            "device_authorization_endpoint" => self.device_authorization_endpoint.as_deref(),
            "userinfo_endpoint" => self.userinfo_endpoint.as_deref(),
            "revocation_endpoint" => self.revocation_endpoint.as_deref(),
            "introspection_endpoint" => self.introspection_endpoint.as_deref(),
            "end_session_endpoint" => self.end_session_endpoint.as_deref(),
            "jwks_uri" => self.jwks_uri.as_deref(),
            _ => None,
        }
    }

    /// Sets the endpoint of this name in the server's metadata; other names are ignored.
    pub fn set_endpoint(&mut self, name: &str, url: &str) {
        let endpoint = match name {
            "issuer" => &mut self.issuer,
            "authorization_endpoint" => &mut self.authorization_endpoint,
            "token_endpoint" => &mut self.token_endpoint,
            "device_authorization_endpoint" => &mut self.device_authorization_endpoint,
            "userinfo_endpoint" => &mut self.userinfo_endpoint,
            "revocation_endpoint" => &mut self.revocation_endpoint,
            "introspection_endpoint" => &mut self.introspection_endpoint,
            "end_session_endpoint" => &mut self.end_session_endpoint,
            "jwks_uri" => &mut self.jwks_uri,
            _ => return,
        };
        *endpoint = Some(url.to_owned());
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

    pub(super) fn required(&self, name: &'static str) -> Result<&str, Error> {
        self.endpoint(name).ok_or_else(|| Error::not_supported(name))
    }
}

/// Which application of Alibaba Cloud IDaaS EIAM, and where; makes a [`Server`] without a request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EiamServer<'a> {
    /// The region of the instance, such as `cn-hangzhou`.
    pub region: &'a str,
    /// The instance, `idaas_…`.
    pub instance_id: &'a str,
    /// The application, `app_…`.
    pub application_id: &'a str,
    /// The host of the instance's pages, `{prefix}.aliyunidaas.com`; without it nobody can sign in
    /// by browser, but every other endpoint is there.
    pub portal: Option<&'a str>,
}

impl<'a> EiamServer<'a> {
    /// An application without the host of its pages.
    #[must_use]
    pub fn new(region: &'a str, instance_id: &'a str, application_id: &'a str) -> Self {
        Self { region, instance_id, application_id, portal: None }
    }

    /// With the host of the instance's pages.
    #[must_use]
    pub fn portal(mut self, portal: &'a str) -> Self {
        self.portal = Some(portal);
        self
    }

    /// The application's endpoints on the host that EIAM's discovery documents name,
    /// `eiam-api-{region}.aliyuncs.com`; issuer and pages are on different hosts
    /// (EIAM: sections 0 and 6).
    ///
    /// # Errors
    /// A part that is empty or not made of letters, digits, `-`, `_` and (in the portal's host) `.`.
    pub fn server(&self) -> Result<Server, Error> {
        check("region", self.region, b"-")?;
        check("instance_id", self.instance_id, b"-_")?;
        check("application_id", self.application_id, b"-_")?;
        if let Some(portal) = self.portal {
            check("portal", portal, b"-.")?;
        }
        let Self { region, instance_id, application_id, .. } = self;
        let api = |path: &str| {
            let before = ["https://eiam-api-", region, ".aliyuncs.com/v2/"];
            Some(text::concat(&[&text::concat(&before), instance_id, "/", application_id, path]))
        };
        let page = |path: &str| {
            self.portal.map(|portal| {
                text::concat(&["https://", portal, "/login/app/", application_id, "/oauth2/", path])
            })
        };
        Ok(Server {
            issuer: api("/oidc"),
            authorization_endpoint: page("authorize"),
            token_endpoint: api("/oauth2/token"),
            device_authorization_endpoint: api("/oauth2/device/code"),
            userinfo_endpoint: api("/oauth2/userinfo"),
            revocation_endpoint: api("/oauth2/revoke"),
            introspection_endpoint: None,
            end_session_endpoint: page("logout"),
            jwks_uri: api("/oidc/jwks"),
            iss_in_callback: false,
        })
    }
}

fn check(name: &'static str, text: &str, also: &[u8]) -> Result<(), Error> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || also.contains(&byte);
    if text.is_empty() {
        Err(Error::argument(name, "empty"))
    } else if !text.bytes().all(allowed) {
        Err(Error::argument(name, "has a character that cannot stand in it"))
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
