//! A configuration as plain values and as JSON, for whoever hands it on.

use crate::pkce::Method;

use super::{
    Application, AuthMethod, ClaimValue, ClientKey, ClientKeys, Config, GrantType, Lifetimes,
    PrivateJwk, User,
};
use crate::issuer::jose::algorithm::VerificationAlgorithm;

impl Config {
    /// The configuration as JSON that [`Config::read`] reads, **with all secrets in it**.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = Members::default();
        json.string("profile", self.profile.name())
            .string("baseUrl", &self.base_url)
            .string("instanceId", &self.instance_id)
            .value("applications", array(&self.applications, Application::to_value))
            .value("users", array(&self.users, User::to_value))
            .string("signing", self.signing.name())
            .value("keys", array(&self.keys, key))
            .value("dpop", dpop(self))
            .value("limits", limits(self));
        json.finish().to_json()
    }
}

impl Application {
    /// As [`FromValue`](super::FromValue) reads it.
    pub(crate) fn to_value(&self) -> ClaimValue {
        application(self)
    }
}

impl User {
    /// As [`FromValue`](super::FromValue) reads it.
    pub(crate) fn to_value(&self) -> ClaimValue {
        user(self)
    }
}

/// The members of an object, one after another.
#[derive(Default)]
struct Members(Vec<(String, ClaimValue)>);

impl Members {
    fn value(&mut self, name: &str, value: ClaimValue) -> &mut Self {
        self.0.push((name.to_owned(), value));
        self
    }

    fn string(&mut self, name: &str, value: &str) -> &mut Self {
        self.value(name, ClaimValue::String(value.to_owned()))
    }

    fn optional_string(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.string(name, value),
            None => self,
        }
    }

    fn strings<S: AsRef<str>>(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = S>,
    ) -> &mut Self {
        let text = |value: S| ClaimValue::String(value.as_ref().to_owned());
        self.value(name, ClaimValue::Array(values.into_iter().map(text).collect()))
    }

    fn integer(&mut self, name: &str, value: i64) -> &mut Self {
        self.value(name, ClaimValue::Integer(value))
    }

    fn boolean(&mut self, name: &str, value: bool) -> &mut Self {
        self.value(name, ClaimValue::Bool(value))
    }

    fn finish(self) -> ClaimValue {
        ClaimValue::Object(self.0)
    }
}

fn array<T>(items: &[T], write: fn(&T) -> ClaimValue) -> ClaimValue {
    ClaimValue::Array(items.iter().map(write).collect())
}

fn application(application: &Application) -> ClaimValue {
    let mut pkce = Members::default();
    pkce.boolean("required", application.pkce.required)
        .strings("methods", application.pkce.methods.iter().copied().map(Method::name));
    let mut json = Members::default();
    json.string("applicationId", &application.application_id)
        .string("name", &application.name)
        .strings("clientSecrets", application.client_secrets.iter().map(|secret| secret.expose()));
    if !application.jwks.keys.is_empty() {
        json.value("jwks", keys(&application.jwks));
    }
    if let Some(methods) = &application.token_endpoint_auth_methods {
        let names = methods.iter().copied().map(AuthMethod::name);
        json.strings("tokenEndpointAuthMethods", names);
    }
    json.boolean("dpopBoundAccessTokens", application.dpop_bound_access_tokens)
        .strings("redirectUris", &application.redirect_uris)
        .strings("postLogoutRedirectUris", &application.post_logout_redirect_uris)
        .boolean("anyLoopbackRedirectUri", application.any_loopback_redirect_uri)
        .strings("grants", application.grants.iter().copied().map(GrantType::name))
        .strings("scopes", &application.scopes)
        .boolean("public", application.public)
        .value("pkce", pkce.finish())
        .string("consent", application.consent.name())
        .value("lifetimes", lifetimes(&application.lifetimes))
        .boolean(
            "requirePushedAuthorizationRequests",
            application.require_pushed_authorization_requests,
        )
        .boolean("disabled", application.disabled);
    if let Some(origins) = &application.origins {
        json.strings("origins", origins);
    }
    json.finish()
}

fn keys(keys: &ClientKeys) -> ClaimValue {
    let mut json = Members::default();
    json.value("keys", array(&keys.keys, client_key));
    json.finish()
}

fn client_key(key: &ClientKey) -> ClaimValue {
    let mut json = Members::default();
    for (name, value) in key.key.members() {
        json.string(name, value);
    }
    json.optional_string("kid", key.kid.as_deref())
        .optional_string("alg", key.algorithm.map(VerificationAlgorithm::name));
    json.finish()
}

fn lifetimes(lifetimes: &Lifetimes) -> ClaimValue {
    let mut json = Members::default();
    json.integer("code", lifetimes.code)
        .integer("accessToken", lifetimes.access_token)
        .integer("idToken", lifetimes.id_token)
        .integer("refreshToken", lifetimes.refresh_token)
        .integer("refreshTokenRetry", lifetimes.refresh_token_retry)
        .integer("deviceCode", lifetimes.device_code);
    if let Some(absolute) = lifetimes.refresh_token_absolute {
        json.integer("refreshTokenAbsolute", absolute);
    }
    json.finish()
}

fn user(user: &User) -> ClaimValue {
    let mut json = Members::default();
    json.string("userId", &user.user_id)
        .string("username", &user.username)
        .string("password", user.password.expose())
        .value("claims", ClaimValue::Object(user.claims.0.clone()))
        .boolean("disabled", user.disabled);
    json.finish()
}

fn key(key: &PrivateJwk) -> ClaimValue {
    let mut json = Members::default();
    for (name, value) in key.members() {
        json.string(name, value.expose());
    }
    json.finish()
}

fn dpop(config: &Config) -> ClaimValue {
    let mut json = Members::default();
    json.boolean("nonceRequired", config.dpop.nonce_required);
    json.finish()
}

fn limits(config: &Config) -> ClaimValue {
    let limits = &config.limits;
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let mut json = Members::default();
    json.integer("grants", number(limits.grants))
        .integer("revokedTokens", number(limits.revoked_tokens))
        .integer("usedJwtIds", number(limits.used_jwt_ids))
        .integer("sessions", number(limits.sessions))
        .integer("deviceRequests", number(limits.device_requests))
        .integer("pushedRequests", number(limits.pushed_requests))
        .integer("passwordFailuresPerUser", limits.password_failures_per_user.into())
        .integer("passwordFailuresPerSource", limits.password_failures_per_source.into())
        .integer("passwordFailures", limits.password_failures.into())
        .integer("userCodeFailuresPerBrowser", limits.user_code_failures_per_browser.into())
        .integer("userCodeFailuresPerSource", limits.user_code_failures_per_source.into())
        .integer("userCodeFailures", limits.user_code_failures.into());
    json.finish()
}
