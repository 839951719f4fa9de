//! A configuration as JSON, for whoever hands it on.

use crate::json::ObjectWriter;
use crate::pkce::Method;

use super::{Application, Config, GrantType, Lifetimes, PrivateJwk, User};

impl Config {
    /// The configuration as JSON that [`Config::read`] reads, **with all secrets in it**.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = ObjectWriter::new();
        json.string("profile", self.profile.name())
            .string("baseUrl", &self.base_url)
            .string("instanceId", &self.instance_id)
            .raw("applications", &array(&self.applications, application))
            .raw("users", &array(&self.users, user))
            .string("signing", self.signing.name())
            .raw("keys", &array(&self.keys, key))
            .raw("limits", &limits(self));
        json.finish()
    }
}

fn array<T>(items: &[T], write: fn(&T) -> String) -> String {
    let items: Vec<_> = items.iter().map(write).collect();
    format!("[{}]", items.join(","))
}

fn application(application: &Application) -> String {
    let mut pkce = ObjectWriter::new();
    pkce.boolean("required", application.pkce.required)
        .strings("methods", application.pkce.methods.iter().copied().map(Method::name));
    let mut json = ObjectWriter::new();
    json.string("applicationId", &application.application_id)
        .string("name", &application.name)
        .strings("clientSecrets", application.client_secrets.iter().map(|secret| secret.expose()))
        .strings("redirectUris", &application.redirect_uris)
        .strings("postLogoutRedirectUris", &application.post_logout_redirect_uris)
        .strings("grants", application.grants.iter().copied().map(GrantType::name))
        .strings("scopes", &application.scopes)
        .boolean("public", application.public)
        .raw("pkce", &pkce.finish())
        .string("consent", application.consent.name())
        .raw("lifetimes", &lifetimes(&application.lifetimes))
        .boolean(
            "requirePushedAuthorizationRequests",
            application.require_pushed_authorization_requests,
        );
    if let Some(origins) = &application.origins {
        json.strings("origins", origins);
    }
    json.finish()
}

fn lifetimes(lifetimes: &Lifetimes) -> String {
    let mut json = ObjectWriter::new();
    json.integer("code", lifetimes.code)
        .integer("accessToken", lifetimes.access_token)
        .integer("idToken", lifetimes.id_token)
        .integer("refreshToken", lifetimes.refresh_token)
        .integer("deviceCode", lifetimes.device_code);
    json.finish()
}

fn user(user: &User) -> String {
    let mut claims = ObjectWriter::new();
    for (name, value) in &user.claims.0 {
        claims.raw(name, &value.to_json());
    }
    let mut json = ObjectWriter::new();
    json.string("userId", &user.user_id)
        .string("username", &user.username)
        .string("password", user.password.expose())
        .raw("claims", &claims.finish());
    json.finish()
}

fn key(key: &PrivateJwk) -> String {
    let mut json = ObjectWriter::new();
    for (name, value) in key.members() {
        json.string(name, value.expose());
    }
    json.finish()
}

fn limits(config: &Config) -> String {
    let limits = &config.limits;
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let mut json = ObjectWriter::new();
    json.integer("grants", number(limits.grants))
        .integer("revokedTokens", number(limits.revoked_tokens))
        .integer("sessions", number(limits.sessions))
        .integer("deviceRequests", number(limits.device_requests))
        .integer("pushedRequests", number(limits.pushed_requests))
        .integer("passwordFailuresPerUser", limits.password_failures_per_user.into())
        .integer("passwordFailures", limits.password_failures.into())
        .integer("userCodeFailures", limits.user_code_failures.into());
    json.finish()
}
