//! A configuration out of plain values. Read by hand: what `serde` would derive is twice the
//! WebAssembly, and knows no paths.

use crate::pkce;
use crate::secret::Secret;

use super::{
    Application, AuthMethod, ClaimValue, Claims, ClientKey, ClientKeys, Config, ConfigError,
    Consent, Dpop, GrantType, Lifetimes, Limits, Pkce, PrivateJwk, Profile, SigningAlgorithm, User,
};

/// What can be read out of a plain value, which stands at `path`.
pub(crate) trait FromValue: Sized {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError>;
}

impl FromValue for Config {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        let mut members = Members::of(value, path)?;
        let config = Self {
            profile: members
                .word("profile", Profile::from_name, "\"eiam\" or \"rfc9700\"")
                .unwrap_or_default(),
            base_url: members.required("baseUrl"),
            instance_id: members.required("instanceId"),
            applications: members.required("applications"),
            users: members.optional("users").unwrap_or_default(),
            signing: members
                .word("signing", SigningAlgorithm::from_name, "\"RS256\", \"ES256\" or \"EdDSA\"")
                .unwrap_or_default(),
            keys: members.optional("keys").unwrap_or_default(),
            dpop: members.optional("dpop").unwrap_or_default(),
            limits: members.optional("limits").unwrap_or_default(),
        };
        members.finish(config)
    }
}

impl FromValue for Application {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        let mut members = Members::of(value, path)?;
        let mut this = Self::new(members.required::<String>("applicationId"));
        members.set("name", &mut this.name);
        members.set("clientSecrets", &mut this.client_secrets);
        members.set("jwks", &mut this.jwks);
        this.token_endpoint_auth_methods = members.words(
            "tokenEndpointAuthMethods",
            AuthMethod::from_name,
            &AuthMethod::ALL.map(AuthMethod::name),
        );
        members.set("dpopBoundAccessTokens", &mut this.dpop_bound_access_tokens);
        members.set("redirectUris", &mut this.redirect_uris);
        members.set("postLogoutRedirectUris", &mut this.post_logout_redirect_uris);
        members.set("anyLoopbackRedirectUri", &mut this.any_loopback_redirect_uri);
        let names = GrantType::ALL.map(GrantType::name);
        if let Some(grants) = members.words("grants", GrantType::from_name, &names) {
            this.grants = grants;
        }
        members.set("scopes", &mut this.scopes);
        members.set("public", &mut this.public);
        members.set("pkce", &mut this.pkce);
        let names = "\"skip\", \"once\" or \"always\"";
        if let Some(consent) = members.word("consent", Consent::from_name, names) {
            this.consent = consent;
        }
        members.set("lifetimes", &mut this.lifetimes);
        this.origins = members.optional("origins");
        let pushed = &mut this.require_pushed_authorization_requests;
        members.set("requirePushedAuthorizationRequests", pushed);
        members.set("disabled", &mut this.disabled);
        members.finish(this)
    }
}

impl FromValue for User {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        let mut members = Members::of(value, path)?;
        let user = Self {
            user_id: members.required("userId"),
            username: members.required("username"),
            password: members.required("password"),
            claims: members.optional("claims").unwrap_or_default(),
            disabled: members.optional("disabled").unwrap_or_default(),
        };
        members.finish(user)
    }
}

impl FromValue for Pkce {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        let mut members = Members::of(value, path)?;
        let mut pkce = Self::default();
        members.set("required", &mut pkce.required);
        if let Some(methods) = members.words("methods", pkce::Method::from_name, &["S256", "plain"])
        {
            pkce.methods = methods;
        }
        members.finish(pkce)
    }
}

impl FromValue for Dpop {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        let mut members = Members::of(value, path)?;
        let mut dpop = Self::default();
        members.set("nonceRequired", &mut dpop.nonce_required);
        members.finish(dpop)
    }
}

impl FromValue for Lifetimes {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        let mut members = Members::of(value, path)?;
        let mut lifetimes = Self::default();
        for (name, seconds) in [
            ("code", &mut lifetimes.code),
            ("accessToken", &mut lifetimes.access_token),
            ("idToken", &mut lifetimes.id_token),
            ("refreshToken", &mut lifetimes.refresh_token),
            ("refreshTokenRetry", &mut lifetimes.refresh_token_retry),
            ("deviceCode", &mut lifetimes.device_code),
        ] {
            members.set(name, seconds);
        }
        lifetimes.refresh_token_absolute = members.optional("refreshTokenAbsolute");
        members.finish(lifetimes)
    }
}

impl FromValue for Limits {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        let mut members = Members::of(value, path)?;
        let mut limits = Self::default();
        for (name, limit) in [
            ("grants", &mut limits.grants),
            ("revokedTokens", &mut limits.revoked_tokens),
            ("usedJwtIds", &mut limits.used_jwt_ids),
            ("sessions", &mut limits.sessions),
            ("deviceRequests", &mut limits.device_requests),
            ("pushedRequests", &mut limits.pushed_requests),
        ] {
            members.set(name, limit);
        }
        for (name, limit) in [
            ("passwordFailuresPerUser", &mut limits.password_failures_per_user),
            ("passwordFailuresPerSource", &mut limits.password_failures_per_source),
            ("passwordFailures", &mut limits.password_failures),
            ("userCodeFailuresPerBrowser", &mut limits.user_code_failures_per_browser),
            ("userCodeFailuresPerSource", &mut limits.user_code_failures_per_source),
            ("userCodeFailures", &mut limits.user_code_failures),
        ] {
            members.set(name, limit);
        }
        members.finish(limits)
    }
}

impl FromValue for ClientKeys {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        let mut members = Members::of(value, path)?;
        let keys = Self { keys: members.required("keys") };
        members.finish(keys)
    }
}

impl FromValue for ClientKey {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        let Claims(members) = Claims::from_value(value, path)?;
        Self::from_members(&members).map_err(|problem| ConfigError::new(path, problem))
    }
}

impl FromValue for PrivateJwk {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        let Claims(members) = Claims::from_value(value, path)?;
        Self::from_claims(members).map_err(|problem| ConfigError::new(path, problem))
    }
}

impl FromValue for Claims {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        match value {
            ClaimValue::Object(members) => Ok(Self(members)),
            other => Err(instead_of(&other, "an object", path)),
        }
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        match value {
            ClaimValue::Array(items) => items
                .into_iter()
                .enumerate()
                .map(|(index, item)| T::from_value(item, &format!("{path}[{index}]")))
                .collect(),
            other => Err(instead_of(&other, "an array", path)),
        }
    }
}

impl FromValue for String {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        match value {
            ClaimValue::String(text) => Ok(text),
            other => Err(instead_of(&other, "a string", path)),
        }
    }
}

impl FromValue for Secret {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        String::from_value(value, path).map(Self::from)
    }
}

impl FromValue for bool {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        match value {
            ClaimValue::Bool(value) => Ok(value),
            other => Err(instead_of(&other, "true or false", path)),
        }
    }
}

impl FromValue for i64 {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        match value {
            ClaimValue::Integer(value) => Ok(value),
            other => Err(instead_of(&other, "a whole number", path)),
        }
    }
}

impl FromValue for usize {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        Self::try_from(i64::from_value(value, path)?).map_err(|_| out_of_range(path))
    }
}

impl FromValue for u32 {
    fn from_value(value: ClaimValue, path: &str) -> Result<Self, ConfigError> {
        Self::try_from(i64::from_value(value, path)?).map_err(|_| out_of_range(path))
    }
}

/// The members of an object, taken out one by one. What is wrong is kept until the end: to leave at
/// each member would be kilobytes of WebAssembly.
struct Members<'a> {
    path: &'a str,
    rest: Vec<(String, ClaimValue)>,
    /// The first thing that is wrong.
    problem: Option<ConfigError>,
}

impl<'a> Members<'a> {
    fn of(value: ClaimValue, path: &'a str) -> Result<Self, ConfigError> {
        let Claims(rest) = Claims::from_value(value, path)?;
        Ok(Self { path, rest, problem: None })
    }

    fn take(&mut self, name: &str) -> Option<(ClaimValue, String)> {
        let place = self.rest.iter().position(|(other, _)| other == name)?;
        let (_, value) = self.rest.remove(place);
        Some((value, below(self.path, name)))
    }

    /// A member, if it is there and right.
    fn optional<T: FromValue>(&mut self, name: &str) -> Option<T> {
        let (value, path) = self.take(name)?;
        self.right(T::from_value(value, &path))
    }

    /// Puts a member in the place of its default, if it is there and right.
    fn set<T: FromValue>(&mut self, name: &str, place: &mut T) {
        if let Some(value) = self.optional(name) {
            *place = value;
        }
    }

    /// A member that must be there; something empty in its place, and never to be seen, where it is
    /// not or is wrong.
    fn required<T: FromValue + Default>(&mut self, name: &str) -> T {
        let is_there = self.rest.iter().any(|(other, _)| other == name);
        if !is_there {
            let path = if self.path.is_empty() { ROOT } else { self.path };
            self.wrong(ConfigError::new(path, format!("the member `{name}` is missing")));
        }
        self.optional(name).unwrap_or_default()
    }

    /// A word that `parse` knows.
    fn word<T>(&mut self, name: &str, parse: fn(&str) -> Option<T>, expected: &str) -> Option<T> {
        let (value, path) = self.take(name)?;
        let word = self.right(String::from_value(value, &path))?;
        self.right(parse(&word).ok_or_else(|| unknown(&path, expected)))
    }

    /// Words that `parse` knows.
    fn words<T>(
        &mut self,
        name: &str,
        parse: fn(&str) -> Option<T>,
        expected: &[&str],
    ) -> Option<Vec<T>> {
        let (value, path) = self.take(name)?;
        let words = self.right(Vec::<String>::from_value(value, &path))?;
        let known = words.iter().map(|word| parse(word)).collect::<Option<_>>();
        let expected = || format!("some of {}", expected.join(", "));
        self.right(known.ok_or_else(|| unknown(&path, &expected())))
    }

    /// What was read, if nothing is wrong and nothing left over.
    fn finish<T>(mut self, read: T) -> Result<T, ConfigError> {
        if let Some((name, _)) = self.rest.first() {
            let problem = format!("the key `{name}` is unknown");
            self.wrong(ConfigError::new(below(self.path, name), problem));
        }
        self.problem.map_or(Ok(read), Err)
    }

    fn right<T>(&mut self, read: Result<T, ConfigError>) -> Option<T> {
        read.map_err(|problem| self.wrong(problem)).ok()
    }

    fn wrong(&mut self, problem: ConfigError) {
        self.problem.get_or_insert(problem);
    }
}

/// The path of a member.
pub(crate) fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// Says what kind of value there is, and never the value: it may be a secret in a wrong place.
fn instead_of(value: &ClaimValue, expected: &str, path: &str) -> ConfigError {
    let path = if path.is_empty() { ROOT } else { path };
    ConfigError::new(path, format!("{}, expected {expected}", value.kind()))
}

fn unknown(path: &str, expected: &str) -> ConfigError {
    ConfigError::new(path, format!("unknown value, expected {expected}"))
}

fn out_of_range(path: &str) -> ConfigError {
    ConfigError::new(path, "out of range")
}

/// What the path of the whole is called.
const ROOT: &str = "configuration";
