//! What a developer needs beside a refusal: what was sent, what would have been right, and which key of
//! the configuration says so. Only an issuer on loopback tells it: there it is the developer's own, and
//! elsewhere what is registered is nobody's business.

use super::config::{Application, AuthMethod, GrantType};
use super::refusal::{Refusal, printable};
use super::{Exchange, Issuer, redirect_uri};

/// What is told beside a refusal.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Remedy {
    /// What was sent and is not right; empty for nothing.
    pub(crate) sent: String,
    /// What would have been right.
    pub(crate) known: Vec<String>,
    /// The key of the configuration.
    pub(crate) key: &'static str,
    /// The application that has the key; empty where all have it in common.
    pub(crate) application: String,
}

impl Remedy {
    /// As sentences, in the characters that RFC 6749 section 5.2 allows.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        if !self.sent.is_empty() {
            text.push_str("Sent: ");
            text.push_str(&self.sent);
            text.push_str(". ");
        }
        if !self.known.is_empty() {
            text.push_str("Configured: ");
            text.push_str(&self.known.join(", "));
            text.push_str(". ");
        }
        text.push_str("Key of the configuration: ");
        text.push_str(self.key);
        if !self.application.is_empty() {
            text.push_str(" of ");
            text.push_str(&self.application);
        }
        printable(&text, MAX_TEXT)
    }
}

impl Issuer {
    /// Whether the issuer is for the machine that it runs on.
    pub(crate) fn is_local(&self) -> bool {
        redirect_uri::is_loopback(&self.config.base_url)
    }

    /// What is wrong and what to change (RFC 6749 section 5.2), with the remedy where there is one.
    pub(crate) fn description(&self, refusal: &Refusal, remedy: Option<&Remedy>) -> String {
        let mut text = refusal.description();
        if let Some(remedy) = remedy {
            text.push_str(". ");
            text.push_str(&remedy.to_text());
        }
        text
    }

    /// The remedy of a refusal to a request.
    pub(crate) fn remedy_of(&self, exchange: &Exchange<'_>, refusal: &Refusal) -> Option<Remedy> {
        if !self.is_local() {
            return None;
        }
        let parameters = self.parameters(exchange).ok();
        let parameter = |name| parameters.as_ref().and_then(|all| all.value(name));
        let application = match &exchange.application {
            Some(application) => Some(&**application),
            None => {
                parameter("client_id").and_then(|id| self.applications.get(id)).map(|one| &**one)
            }
        };
        let sent = match refusal {
            Refusal::RedirectUriUnregistered => parameter("redirect_uri"),
            Refusal::LogoutUriUnregistered => parameter("post_logout_redirect_uri"),
            Refusal::ClientUnknown => parameter("client_id"),
            _ => None,
        };
        self.remedy(application, sent.unwrap_or_default(), refusal)
    }

    /// The remedy of a refusal that an application is told.
    pub(crate) fn remedy(
        &self,
        application: Option<&Application>,
        sent: &str,
        refusal: &Refusal,
    ) -> Option<Remedy> {
        if !self.is_local() {
            return None;
        }
        let grants = |one: &Application| one.grants.iter().map(|grant| grant.name()).collect();
        let (sent, known, key): (&str, Vec<&str>, _) = match (refusal, application) {
            // It is there, and the path names another instance.
            (Refusal::ApplicationUnknown(id), _) if self.applications.contains_key(id) => {
                ("", vec![&self.config.instance_id], INSTANCE)
            }
            (Refusal::ApplicationUnknown(id), _) => (id, self.ids(), APPLICATIONS),
            (Refusal::ClientUnknown, _) => (sent, self.ids(), APPLICATIONS),
            (Refusal::RedirectUriUnregistered, Some(one)) => {
                let key = [REDIRECT_URIS, REDIRECT_URIS_OR_ANY];
                (sent, texts(&one.redirect_uris), key_for(sent, key))
            }
            (Refusal::LogoutUriUnregistered, Some(one)) => {
                let key = [LOGOUT_URIS, LOGOUT_URIS_OR_ANY];
                (sent, texts(&one.post_logout_redirect_uris), key_for(sent, key))
            }
            (Refusal::ScopeUnknown(scope), Some(one)) => (scope, texts(&one.scopes), "scopes"),
            (Refusal::ApplicationWithoutOpenid, Some(one)) => ("", texts(&one.scopes), "scopes"),
            (Refusal::GrantTypeClosed(grant), Some(one)) => (grant.name(), grants(one), "grants"),
            (Refusal::CodeFlowClosed, Some(one)) => {
                (GrantType::AuthorizationCode.name(), grants(one), "grants")
            }
            (Refusal::DeviceFlowClosed, Some(one)) => {
                (GrantType::DeviceCode.name(), grants(one), "grants")
            }
            (Refusal::ClientMethodClosed(method), Some(one)) => {
                let open = AuthMethod::ALL.into_iter().filter(|other| one.authenticates_by(*other));
                (method.name(), open.map(AuthMethod::name).collect(), "tokenEndpointAuthMethods")
            }
            (Refusal::ChallengeMethodNotAllowed(_), Some(_)) => ("", Vec::new(), "pkce.methods"),
            (Refusal::PushRequired, Some(_)) => {
                ("", Vec::new(), "requirePushedAuthorizationRequests")
            }
            _ => return None,
        };
        let application = application.filter(|_| ![APPLICATIONS, INSTANCE].contains(&key));
        Some(Remedy {
            sent: sent.chars().take(MAX_SENT).collect(),
            known: known.into_iter().take(MAX_KNOWN).map(str::to_owned).collect(),
            key,
            application: application.map(|one| one.application_id.clone()).unwrap_or_default(),
        })
    }

    fn ids(&self) -> Vec<&str> {
        self.config.applications.iter().map(|one| one.application_id.as_str()).collect()
    }
}

fn texts(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// The key that lets a URI in, and both where it is of this machine.
fn key_for(uri: &str, [one, both]: [&'static str; 2]) -> &'static str {
    if redirect_uri::is_loopback(uri) { both } else { one }
}

const REDIRECT_URIS: &str = "redirectUris";
const REDIRECT_URIS_OR_ANY: &str = "redirectUris or anyLoopbackRedirectUri";
const LOGOUT_URIS: &str = "postLogoutRedirectUris";
const LOGOUT_URIS_OR_ANY: &str = "postLogoutRedirectUris or anyLoopbackRedirectUri";
const APPLICATIONS: &str = "applications";
const INSTANCE: &str = "instanceId";

/// Characters of what was sent, and of all together.
const MAX_SENT: usize = 300;
const MAX_TEXT: usize = 1000;

/// How many of those that would have been right.
const MAX_KNOWN: usize = 20;
