//! What a developer needs beside a refusal: what was sent, and what the configuration has instead. Only
//! an issuer on loopback tells it: there it is the developer's own, and elsewhere what is registered is
//! nobody's business.

use super::config::{Application, ClaimValue, GrantType};
use super::refusal::{Refusal, printable};
use super::{Exchange, Issuer, redirect_uri};

/// What is told beside a refusal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Remedy {
    /// What was sent and is not right; empty for nothing.
    pub(crate) sent: String,
    /// The key of the configuration that would make it right, and its value, as
    /// `app_web.redirectUris = [...]`.
    pub(crate) setting: String,
}

impl Remedy {
    /// As sentences, in the characters that RFC 6749 section 5.2 allows.
    pub(crate) fn to_text(&self) -> String {
        let sent = if self.sent.is_empty() { ["", "", ""] } else { ["Sent: ", &self.sent, ". "] };
        printable(&[&sent.concat(), "Configuration: ", &self.setting].concat(), MAX_TEXT)
    }
}

impl Issuer {
    /// Whether the issuer is for the machine that it runs on.
    pub(crate) fn is_local(&self) -> bool {
        redirect_uri::is_loopback(&self.config.base_url)
    }

    /// What is wrong and what to change (RFC 6749 section 5.2), with the remedy where there is one.
    pub(crate) fn description(&self, refusal: &Refusal, remedy: Option<&Remedy>) -> String {
        let text = refusal.description();
        match remedy {
            Some(remedy) => [&text, ". ", &remedy.to_text()].concat(),
            None => text,
        }
    }

    /// The remedy of a refusal to a request.
    #[inline(never)]
    pub(crate) fn remedy_of(&self, exchange: &Exchange<'_>, refusal: &Refusal) -> Option<Remedy> {
        let parameters = self.parameters(exchange).ok();
        let parameter = |name| parameters.as_ref().and_then(|all| all.value(name));
        let application = match &exchange.application {
            Some(application) => Some(application),
            None => parameter("client_id").and_then(|id| self.applications.get(id)),
        };
        let name = match refusal {
            Refusal::RedirectUriUnregistered => "redirect_uri",
            Refusal::LogoutUriUnregistered => "post_logout_redirect_uri",
            _ => "client_id",
        };
        self.remedy(application.map(|one| &**one), parameter(name).unwrap_or_default(), refusal)
    }

    /// The remedy of a refusal that is told about an application.
    #[inline(never)]
    pub(crate) fn remedy(
        &self,
        application: Option<&Application>,
        sent: &str,
        refusal: &Refusal,
    ) -> Option<Remedy> {
        let (sent, key) = match refusal {
            // It is there, and the path names another instance.
            Refusal::ApplicationUnknown(id) if self.applications.contains_key(id) => ("", INSTANCE),
            Refusal::ApplicationUnknown(id) => (&**id, APPLICATIONS),
            Refusal::ClientUnknown => (sent, APPLICATIONS),
            Refusal::RedirectUriUnregistered => (sent, "redirectUris"),
            Refusal::LogoutUriUnregistered => (sent, "postLogoutRedirectUris"),
            Refusal::ScopeUnknown(scope) => (&**scope, "scopes"),
            Refusal::ApplicationWithoutOpenid => ("", "scopes"),
            Refusal::GrantTypeClosed(grant) => (grant.name(), GRANTS),
            Refusal::CodeFlowClosed => (GrantType::AuthorizationCode.name(), GRANTS),
            Refusal::DeviceFlowClosed => (GrantType::DeviceCode.name(), GRANTS),
            Refusal::ClientMethodClosed(method) => (method.name(), "tokenEndpointAuthMethods"),
            Refusal::ChallengeMethodNotAllowed(_) => ("", "pkce"),
            Refusal::PushRequired => ("", "requirePushedAuthorizationRequests"),
            _ => return None,
        };
        if !self.is_local() {
            return None;
        }
        let setting = match key {
            INSTANCE => [key, " = ", &self.config.instance_id].concat(),
            APPLICATIONS => [key, " = ", &self.ids()].concat(),
            _ => setting(application?, key),
        };
        let is_uri = key.ends_with("Uris") && redirect_uri::is_loopback(sent);
        let other = if is_uri { " or anyLoopbackRedirectUri = true" } else { "" };
        let cut = |text: &str, most| text.chars().take(most).collect::<String>();
        let setting = [&*cut(&setting, MAX_SETTING), other].concat();
        Some(Remedy { sent: cut(sent, MAX_SENT), setting })
    }

    fn ids(&self) -> String {
        let mut ids = String::new();
        for application in &self.config.applications {
            if ids.len() < MAX_SETTING {
                ids.push_str(if ids.is_empty() { "" } else { ", " });
                ids.push_str(&application.application_id);
            }
        }
        ids
    }
}

/// What an application's configuration says for a key. None of the keys above is that of a secret.
fn setting(application: &Application, key: &str) -> String {
    let ClaimValue::Object(members) = application.to_value() else {
        return String::new();
    };
    let value = members.iter().find(|(name, _)| name == key);
    let value = value.map_or_else(|| "null".to_owned(), |(_, value)| value.to_json());
    [&application.application_id, ".", key, " = ", &value].concat()
}

const APPLICATIONS: &str = "applications";
const INSTANCE: &str = "instanceId";
const GRANTS: &str = "grants";

/// Characters of what was sent, of what is configured, and of all together.
const MAX_SENT: usize = 300;
const MAX_SETTING: usize = 600;
const MAX_TEXT: usize = 1000;
