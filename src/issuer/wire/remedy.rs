//! What helps a developer to correct a refused request: what was sent, and what the configuration
//! has instead. Only an issuer on loopback tells it, because that is the developer's own. Elsewhere
//! strangers must not learn what is registered.

use crate::issuer::check::redirect_uri;
use crate::issuer::config::{Application, AuthMethod, Config};
use crate::issuer::directory::Directory;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::name;
use crate::issuer::wire::refusal::{Refusal, printable};

/// What is told in addition to a refusal.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Remedy {
    /// The wrong value that was sent; empty if there is none.
    pub(crate) sent: String,
    /// The setting that would allow it and its present value, such as `app_web.redirectUris =
    /// https://app.example/cb`; empty if there is no such setting.
    pub(crate) setting: String,
}

impl Remedy {
    /// The remedy as sentences, with only the characters that RFC 6749 section 5.2 allows.
    pub(crate) fn to_text(&self) -> String {
        let mut text = String::new();
        for (start, part) in [("Sent: ", &self.sent), ("Configuration: ", &self.setting)] {
            if !part.is_empty() {
                text.push_str(if text.is_empty() { "" } else { ". " });
                text.push_str(start);
                text.push_str(part);
            }
        }
        printable(&text, MAX_TEXT)
    }
}

/// Whether the issuer serves only the machine on which it runs.
pub(crate) fn is_local(config: &Config) -> bool {
    if config.is_named_by_request() {
        // The sender chooses which of them it is.
        let mut hosts = config.allowed_hosts.iter().map(|entry| name::host_of_entry(entry));
        return hosts.all(|host| redirect_uri::is_loopback_ip(host) || host == "localhost");
    }
    redirect_uri::is_loopback(&config.base_url)
}

/// What is wrong and what to change (RFC 6749 section 5.2), with the remedy if there is one.
pub(crate) fn description(refusal: &Refusal, remedy: Option<&Remedy>) -> String {
    let text = refusal.description();
    match remedy {
        Some(remedy) => format!("{text}. {}", remedy.to_text()),
        None => text,
    }
}

/// The remedy for a refused request.
#[inline(never)]
pub(crate) fn of_request(
    directory: &Directory,
    exchange: &Exchange<'_>,
    refusal: &Refusal,
) -> Option<Remedy> {
    if !is_local(directory.config()) {
        return None;
    }
    let parameters = exchange.parameters().ok();
    let parameter = |name| parameters.as_ref().and_then(|all| all.value(name));
    let application = match &exchange.application {
        Some(application) => Some(*application),
        None => parameter("client_id").and_then(|id| directory.find_application(id)),
    };
    let name = match refusal {
        Refusal::RedirectUriUnregistered => "redirect_uri",
        Refusal::LogoutUriUnregistered => "post_logout_redirect_uri",
        _ => "client_id",
    };
    // What stands beside a request object does not count (RFC 9101 section 6.3).
    let sent = match parameter("request") {
        Some(_) if name == "redirect_uri" => None,
        _ => parameter(name),
    };
    of_application(directory, application, sent.unwrap_or_default(), refusal)
}

/// The remedy for a refused request of an application. `sent` is the wrong value.
#[inline(never)]
pub(crate) fn of_application(
    directory: &Directory,
    application: Option<&Application>,
    sent: &str,
    refusal: &Refusal,
) -> Option<Remedy> {
    // The wrong value is left out if the sentence of the refusal has it.
    let (sent, key) = match refusal {
        // The application exists, but the path names another instance.
        Refusal::ApplicationUnknown(id) if directory.find_application(id).is_some() => {
            ("", INSTANCE)
        }
        Refusal::ApplicationUnknown(_) => ("", APPLICATIONS),
        Refusal::ClientUnknown => (sent, APPLICATIONS),
        Refusal::ClientOther if !sent.is_empty() => (sent, ""),
        Refusal::RedirectUriUnregistered => (sent, REDIRECT_URIS),
        Refusal::LogoutUriUnregistered => (sent, LOGOUT_URIS),
        Refusal::ScopeUnknown(_) | Refusal::ApplicationWithoutOpenid => ("", SCOPES),
        Refusal::ScopeMissing => ("", "defaultScope"),
        Refusal::TargetUnknown(_) => ("", RESOURCES),
        Refusal::GrantTypeClosed(_) | Refusal::CodeFlowClosed | Refusal::DeviceFlowClosed => {
            ("", GRANTS)
        }
        Refusal::ClientMethodClosed(_) => ("", METHODS),
        Refusal::ChallengeMethodNotAllowed(_) => ("", "pkce.methods"),
        Refusal::PushRequired => ("", "requirePushedAuthorizationRequests"),
        _ => return None,
    };
    if !is_local(directory.config()) {
        return None;
    }
    let (mut setting, mut values) = (key.to_owned(), String::new());
    match (key, application) {
        ("", _) => {}
        (INSTANCE, _) => add(&mut values, &directory.config().instance_id),
        (APPLICATIONS, _) => {
            for one in directory.applications() {
                add(&mut values, &one.application_id);
            }
        }
        (RESOURCES, _) => {
            for one in &directory.config().resources {
                add(&mut values, &one.identifier);
            }
        }
        (_, Some(application)) => {
            setting = format!("{}.{key}", application.application_id);
            add_values(&mut values, application, key);
        }
        _ => return None,
    }
    if !values.is_empty() {
        setting.push_str(" = ");
        setting.push_str(&values);
    }
    let mut told: String = sent.chars().take(MAX_SENT).collect();
    if key.ends_with("Uris") {
        if redirect_uri::is_loopback(sent) {
            setting.push_str(" or anyLoopbackRedirectUri = true");
        } else if application.is_some_and(|one| one.any_loopback_redirect_uri) {
            setting.push_str(" and anyLoopbackRedirectUri = true");
        }
        // RFC 6749 section 3.1.2: no setting can allow these.
        if sent.contains('#') {
            told.push_str(" (a redirect URI has no fragment)");
        } else if !sent.is_empty() && !sent.contains(':') {
            told.push_str(" (a redirect URI is absolute)");
        }
    }
    Some(Remedy { sent: told, setting })
}

/// Adds the values that an application has for a key that is a list.
fn add_values(values: &mut String, application: &Application, key: &str) {
    let texts: &[String] = match key {
        REDIRECT_URIS => &application.redirect_uris,
        LOGOUT_URIS => &application.post_logout_redirect_uris,
        SCOPES => &application.scopes,
        _ => &[],
    };
    for text in texts {
        add(values, text);
    }
    for grant in application.grants.iter().filter(|_| key == GRANTS) {
        add(values, grant.name());
    }
    for method in AuthMethod::ALL.into_iter().filter(|_| key == METHODS) {
        if application.authenticates_by(method) {
            add(values, method.name());
        }
    }
}

/// Adds a value to a list, unless the list would be too long.
#[inline(never)]
fn add(values: &mut String, value: &str) {
    if values.len() + value.len() < MAX_VALUES {
        values.push_str(if values.is_empty() { "" } else { ", " });
        values.push_str(value);
    }
}

const APPLICATIONS: &str = "applications";
const RESOURCES: &str = "resources";
const INSTANCE: &str = "instanceId";
const GRANTS: &str = "grants";
const SCOPES: &str = "scopes";
const METHODS: &str = "tokenEndpointAuthMethods";
const REDIRECT_URIS: &str = "redirectUris";
const LOGOUT_URIS: &str = "postLogoutRedirectUris";

/// How many characters of the wrong value are shown.
const MAX_SENT: usize = 300;

/// How many bytes of configured values are shown.
const MAX_VALUES: usize = 600;

/// How many characters the whole text has at most.
const MAX_TEXT: usize = 1000;
