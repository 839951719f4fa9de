//! What a client says of itself (RFC 7591 section 2), when it registers and in the document behind its
//! id. Members that nobody here understands are passed over, as section 2 demands; so are grants and
//! scopes that clients may not have here, because the response says what is registered.

use std::borrow::Cow;

use crate::issuer::check::redirect_uri::{self, has_uri_characters};
use crate::issuer::check::{client_id_url, scope};
use crate::issuer::config::{
    Application, AuthMethod, ClaimValue, ClientKey, ClientKeys, Config, ConfigError, FromValue,
    GrantType, SubjectType,
};
use crate::issuer::jose::jws::Claims;
use crate::issuer::jose::key::PRIVATE;
use crate::issuer::profile::Profile;
use crate::issuer::wire::refusal::Refusal;
use crate::json::{Object, ObjectWriter, Value};
use crate::signature::SignatureAlgorithm;
use crate::text::is_unseen;

/// Where metadata are read from.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    /// The object that the client sent, or that is its document.
    pub(crate) object: &'a Object<'a>,
    /// A software statement, whose members come first (RFC 7591 section 3.1.1).
    pub(crate) statement: Option<&'a Claims<'a>>,
    /// How a client authenticates that does not say it.
    pub(crate) usual_method: &'static str,
}

/// What was read.
#[derive(Debug)]
pub(crate) struct ClientMetadata {
    /// What the client may do, as an application without id and secret.
    pub(crate) application: Application,
    /// Whether it authenticates by a secret.
    pub(crate) needs_secret: bool,
    /// Where its keys are, if they are not in the metadata.
    pub(crate) jwks_uri: Option<String>,
    /// What is registered, as a JSON object from which it can be read again.
    pub(crate) text: String,
}

impl ClientMetadata {
    /// Reads and checks metadata.
    ///
    /// # Errors
    /// `invalid_redirect_uri` and `invalid_client_metadata`, with the name of the member.
    pub(crate) fn read(config: &Config, source: Source<'_>) -> Result<Self, Refusal> {
        let mut reader = Reading { config, source, kept: ObjectWriter::new(), problem: None };
        let mut application = config.registered_template();
        let method = reader.method();
        application.public = method.is_none();
        application.token_endpoint_auth_methods = Some(method.into_iter().collect());
        reader.grants(&mut application);
        application.redirect_uris = reader.uris("redirect_uris");
        application.post_logout_redirect_uris = reader.uris("post_logout_redirect_uris");
        if application.allows(GrantType::AuthorizationCode) {
            if application.redirect_uris.is_empty() {
                let problem = "redirect_uris: authorization_code needs one at least".to_owned();
                reader.refuse(Refusal::MetadataRedirectUriWrong(problem));
            }
            reader.response_types();
        }
        reader.scope(&mut application);
        application.name = reader.short_text("client_name");
        for name in ["client_uri", "logo_uri", "policy_uri", "tos_uri"] {
            reader.url(name);
        }
        for name in ["software_id", "software_version"] {
            reader.short_text(name);
        }
        reader.contacts();
        if let Some(statement) = source.object.member(STATEMENT).and_then(|value| value.as_str()) {
            // RFC 7591 section 3.2.1: it is in the response as it was sent.
            reader.kept.string(STATEMENT, &statement);
        }
        let signing = config.signing.name();
        let only: [(&'static str, &[&str]); 3] = [
            ("application_type", &["web", "native"]),
            ("id_token_signed_response_alg", &[signing]),
            ("authorization_signed_response_alg", &[signing]),
        ];
        for (name, words) in only {
            reader.word(name, words);
        }
        if reader.word("userinfo_signed_response_alg", &[signing]).is_some() {
            application.userinfo_signed_response_alg = Some(config.signing);
        }
        let kinds = SubjectType::ALL.map(SubjectType::name);
        if reader.word("subject_type", &kinds).as_deref() == Some(SubjectType::Pairwise.name()) {
            application.subject_type = SubjectType::Pairwise;
        }
        // RFC 9101 section 10.5, OpenID Connect Dynamic Client Registration section 2.
        let algorithms = SignatureAlgorithm::names_in(config.profile);
        let algorithm = reader.word("request_object_signing_alg", &algorithms);
        application.request_object_signing_alg =
            algorithm.and_then(|name| SignatureAlgorithm::from_name(&name));
        application.require_signed_request_object = reader.flag("require_signed_request_object");
        application.dpop_bound_access_tokens = reader.flag("dpop_bound_access_tokens");
        application.require_pushed_authorization_requests =
            reader.flag("require_pushed_authorization_requests");
        let jwks_uri = reader.keys(method, &mut application);
        if let Some(problem) = reader.problem {
            return Err(problem);
        }
        let needs_secret = method.is_some_and(|method| method != AuthMethod::PrivateKeyJwt);
        let text = reader.kept.finish();
        let mut this = Self { application, needs_secret, jwks_uri, text };
        let checked = this.check(config);
        checked.map_err(|error| Refusal::MetadataWrong(error.to_string()))?;
        Ok(this)
    }

    /// Checks what a configuration would be refused for, as with the rules of its profile.
    fn check(&mut self, config: &Config) -> Result<(), ConfigError> {
        let application = &mut self.application;
        application.check_profile("", config.profile)?;
        // In place of what it does not have yet: an id, a secret, and keys that are elsewhere. It is lent
        // and not copied, because copying would add kilobytes to the wasm module.
        let methods = application.token_endpoint_auth_methods.take();
        application.application_id = "registered".to_owned();
        if self.needs_secret || self.jwks_uri.is_some() {
            application.client_secrets = vec!["S".repeat(43).into()];
        }
        if self.jwks_uri.is_none() {
            application.token_endpoint_auth_methods.clone_from(&methods);
        }
        let checked = application.check_itself("", config.profile);
        application.application_id.clear();
        application.client_secrets.clear();
        application.token_endpoint_auth_methods = methods;
        checked
    }
}

/// Metadata that are being read.
struct Reading<'a> {
    config: &'a Config,
    source: Source<'a>,
    /// What is understood and stays.
    kept: ObjectWriter,
    /// The first problem. What is read after it does not count.
    problem: Option<Refusal>,
}

impl<'a> Reading<'a> {
    /// Notes a problem, unless there is one already.
    #[inline(never)]
    fn refuse(&mut self, problem: Refusal) {
        self.problem.get_or_insert(problem);
    }

    /// Notes what is wrong with a member.
    #[cold]
    #[inline(never)]
    fn wrong(&mut self, name: &str, problem: &str) {
        self.refuse(Refusal::MetadataWrong([name, ": ", problem].concat()));
    }

    /// A member; none if it is `null`, which is the same as left out (RFC 7592 section 2.2).
    #[inline(never)]
    fn member(&self, name: &str) -> Option<Value<'a>> {
        let stated = self.source.statement.and_then(|claims| claims.member(name));
        stated.or_else(|| self.source.object.member(name)).filter(|value| !value.is_null())
    }

    /// A text; none if it is left out, or wrong.
    #[inline(never)]
    fn text(&mut self, name: &str) -> Option<Cow<'a, str>> {
        let text = self.member(name)?.as_str().filter(|text| text.len() <= MAX_TEXT);
        if text.is_none() {
            self.wrong(name, "expected a string of 2048 bytes at most");
        }
        text
    }

    /// An array of texts; none if it is left out, or wrong.
    #[inline(never)]
    fn texts(&mut self, name: &str) -> Option<Vec<Cow<'a, str>>> {
        let items = self.member(name)?.as_array().filter(|items| items.len() <= MAX_ITEMS);
        let text = |item: Value<'a>| item.as_str().filter(|text| text.len() <= MAX_TEXT);
        let texts = items.and_then(|items| items.into_iter().map(text).collect());
        if texts.is_none() {
            let problem = "expected an array of 20 strings at most, each of 2048 bytes at most";
            self.wrong(name, problem);
        }
        texts
    }

    /// A text that people read, on one line; empty if it is left out, or wrong.
    fn short_text(&mut self, name: &str) -> String {
        let Some(text) = self.text(name) else {
            return String::new();
        };
        let is_wrong = |one: char| one.is_control() || is_unseen(one);
        if text.chars().count() > MAX_NAME || text.chars().any(is_wrong) {
            self.wrong(name, "expected one line of 200 characters at most, all of which are seen");
        }
        self.kept.string(name, &text);
        text.into_owned()
    }

    /// A page about the client. It is only kept, and never fetched.
    fn url(&mut self, name: &str) {
        let Some(text) = self.text(name) else {
            return;
        };
        let is_web = text.starts_with("https://") || redirect_uri::is_loopback(&text);
        if !is_web || !has_uri_characters(&text) {
            self.wrong(name, "expected an https URL");
        }
        self.kept.string(name, &text);
    }

    fn contacts(&mut self) {
        if let Some(contacts) = self.texts("contacts") {
            self.kept.strings("contacts", contacts);
        }
    }

    #[inline(never)]
    fn word(&mut self, name: &'static str, words: &[&str]) -> Option<Cow<'a, str>> {
        let text = self.text(name)?;
        if !words.contains(&&*text) {
            self.wrong(name, &["only ", &words.join(" or "), " is possible here"].concat());
        }
        self.kept.string(name, &text);
        Some(text)
    }

    #[inline(never)]
    fn flag(&mut self, name: &str) -> bool {
        let Some(value) = self.member(name) else {
            return false;
        };
        let flag = value.as_bool();
        if flag.is_none() {
            self.wrong(name, "expected true or false");
        }
        let flag = flag.unwrap_or_default();
        self.kept.boolean(name, flag);
        flag
    }

    /// How it authenticates; none if it is public.
    fn method(&mut self) -> Option<AuthMethod> {
        let name = "token_endpoint_auth_method";
        let word = self.text(name).unwrap_or(Cow::Borrowed(self.source.usual_method));
        let method = AuthMethod::from_name(&word);
        if method.is_none() && word != "none" {
            let problem = "expected none, or a method of token_endpoint_auth_methods_supported";
            self.wrong(name, problem);
        }
        self.kept.string(name, &word);
        method
    }

    /// Keeps those of its grants that clients may have.
    fn grants(&mut self, application: &mut Application) {
        let name = "grant_types";
        let asked = self.texts(name);
        let asked = asked.unwrap_or_else(|| vec![Cow::Borrowed("authorization_code")]);
        // A machine has to prove who it is (RFC 6749 section 4.4), and a refresh token comes from another
        // grant.
        let public = application.public;
        application.grants.retain(|grant| {
            let proves = *grant == GrantType::ClientCredentials;
            asked.iter().any(|name| *name == grant.name()) && !(public && proves)
        });
        if application.grants.iter().all(|grant| *grant == GrantType::RefreshToken) {
            let allowed = &self.config.registered_clients.grants;
            let allowed: Vec<_> = allowed.iter().map(|grant| grant.name()).collect();
            let allowed = allowed.join(", ");
            self.wrong(name, &["expected some of ", &allowed, " that make sense here"].concat());
        }
        self.kept.strings(name, application.grants.iter().map(|grant| grant.name()));
    }

    fn response_types(&mut self) {
        let name = "response_types";
        if self.texts(name).is_some_and(|types| !types.iter().any(|one| one == "code")) {
            self.wrong(name, "authorization_code has the response type code");
        }
        self.kept.strings(name, ["code"]);
    }

    #[inline(never)]
    fn uris(&mut self, name: &str) -> Vec<String> {
        let Some(uris) = self.texts(name) else {
            return Vec::new();
        };
        for (index, uri) in uris.iter().enumerate() {
            // The stricter rules hold whatever the profile: nobody looked at these.
            let checked = redirect_uri::check(uri, Profile::Rfc9700);
            let checked = checked.and(if uri.contains('*') {
                Err("no wildcards (RFC 9700 section 2.1)")
            } else {
                Ok(())
            });
            if let Err(problem) = checked {
                let problem = format!("{name}[{index}]: {problem}");
                self.refuse(Refusal::MetadataRedirectUriWrong(problem));
            }
        }
        let uris: Vec<String> = uris.into_iter().map(Cow::into_owned).collect();
        self.kept.strings(name, &uris);
        uris
    }

    /// Those of its scopes that clients may have are what it gets if a request says nothing. It may ask
    /// for the others as well, and is told so: a client registers with the scope of its first request,
    /// and learns only later that some resource needs another one.
    fn scope(&mut self, application: &mut Application) {
        let text = self.text("scope").unwrap_or_default();
        let is_allowed = |item: &str| {
            item == scope::OFFLINE_ACCESS || application.scopes.iter().any(|own| own == item)
        };
        let mut kept: Vec<&str> = Vec::new();
        for item in scope::items(&text).filter(|item| is_allowed(item)) {
            if !kept.contains(&item) {
                kept.push(item);
            }
        }
        if !kept.is_empty() {
            let kept = kept.join(" ");
            self.kept.string("scope", &kept);
            application.default_scope = Some(kept);
        } else if scope::items(&text).next().is_some() {
            self.wrong("scope", "clients may have none of these here");
        }
    }

    /// Reads its keys, or where they are.
    fn keys(
        &mut self,
        method: Option<AuthMethod>,
        application: &mut Application,
    ) -> Option<String> {
        let url = self.text("jwks_uri");
        let set = self.member("jwks");
        let signs_requests = application.request_object_signing_alg.is_some()
            || application.require_signed_request_object;
        let is_needed = signs_requests || method == Some(AuthMethod::PrivateKeyJwt);
        if set.is_some() && url.is_some() {
            self.wrong("jwks_uri", "beside jwks, but only one of them is possible");
        } else if let Some(set) = set {
            let keys = set.as_object().ok_or_else(|| NO_SET.to_owned());
            match keys.and_then(|object| client_keys(&object)) {
                Ok(keys) if is_needed => application.jwks = keys,
                Ok(_) => {}
                Err(problem) => self.wrong("jwks", &problem),
            }
            self.kept.raw("jwks", set.as_written());
        } else if let Some(url) = url {
            if signs_requests {
                self.wrong("jwks_uri", "signed requests need the keys in jwks");
            }
            // Where nothing is ever fetched from, the client could never authenticate.
            let checked = match &self.config.client_id_metadata {
                Some(rules) => client_id_url::check(rules, &url),
                None => Err("nothing is fetched here: send the keys in jwks"),
            };
            if let Err(problem) = checked {
                self.wrong("jwks_uri", problem);
            }
            self.kept.string("jwks_uri", &url);
            return is_needed.then(|| url.into_owned());
        } else if is_needed {
            let who = if signs_requests { "who signs requests" } else { "private_key_jwt" };
            self.wrong("jwks", &[who, " needs a key"].concat());
        }
        None
    }
}

/// The keys of a set with which assertions can be verified. Keys that are for something else, or of a
/// kind that is not known here, are passed over (RFC 7517 section 5).
///
/// # Errors
/// What is wrong with the set, which never has a part of a key in it.
pub(crate) fn client_keys(set: &Object<'_>) -> Result<ClientKeys, String> {
    let keys = set.member("keys").ok_or(NO_SET)?;
    let keys = keys.as_array().filter(|keys| keys.len() <= MAX_ITEMS).ok_or(NO_SET)?;
    let mut known = Vec::new();
    for key in &keys {
        let object = key.as_object().ok_or(NO_SET)?;
        if PRIVATE.iter().any(|name| object.member(name).is_some()) {
            return Err("a private key: publish only the public one".to_owned());
        }
        let value = ClaimValue::from_json(key).ok_or(NO_SET)?;
        known.extend(ClientKey::from_value(value, ""));
    }
    if known.is_empty() {
        return Err(NO_SET.to_owned());
    }
    Ok(ClientKeys::from(known))
}

const NO_SET: &str =
    "expected a JWK set of 20 keys at most, with a key for signatures that is known here";

/// The member that has a software statement.
pub(crate) const STATEMENT: &str = "software_statement";

/// The most bytes of a text.
const MAX_TEXT: usize = 2048;

/// The most characters of a text that people read.
const MAX_NAME: usize = 200;

/// The most items of an array.
const MAX_ITEMS: usize = 20;
