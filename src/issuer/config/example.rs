//! The configuration that works without being written.

use crate::pkce::Method;
use crate::secret::Secret;

use super::{
    Application, ClaimValue, Claims, Config, Consent, GrantType, Lifetimes, Limits, Pkce, Profile,
    SigningAlgorithm, User, default_scopes,
};

impl Config {
    /// A ready example for tries and tests: the public single-page application `app_spa`, the
    /// confidential web application `app_web`, the public device `app_device`, the machine client
    /// `app_machine`, and the users `alice` and `bob`. Its secrets are known to everybody.
    ///
    /// ```
    /// let config = eiam_token::issuer::Config::example("http://127.0.0.1:9400");
    /// assert_eq!(config.applications[0].application_id, "app_spa");
    /// ```
    #[must_use]
    pub fn example(base_url: &str) -> Self {
        let base_url = base_url.trim_end_matches('/');
        Self {
            profile: Profile::Eiam,
            base_url: base_url.to_owned(),
            instance_id: "idaas_example".to_owned(),
            applications: vec![
                Application {
                    public: true,
                    redirect_uris: vec![
                        format!("{base_url}/callback"),
                        "http://127.0.0.1/callback".to_owned(),
                        "http://localhost:8600/callback".to_owned(),
                    ],
                    post_logout_redirect_uris: vec![
                        format!("{base_url}/"),
                        "http://localhost:8600/".to_owned(),
                    ],
                    grants: vec![
                        GrantType::AuthorizationCode,
                        GrantType::RefreshToken,
                        GrantType::DeviceCode,
                    ],
                    ..application("app_spa", "Example single-page app")
                },
                Application {
                    client_secrets: vec![Secret::from(
                        "CSwebExampleSecretThatEverybodyKnows1234567890",
                    )],
                    redirect_uris: vec!["http://127.0.0.1:8700/cb".to_owned()],
                    post_logout_redirect_uris: vec!["http://127.0.0.1:8700/".to_owned()],
                    // All but the implicit one, which RFC 9700 section 2.1.2 advises against.
                    grants: vec![
                        GrantType::AuthorizationCode,
                        GrantType::RefreshToken,
                        GrantType::DeviceCode,
                        GrantType::ClientCredentials,
                        GrantType::Password,
                    ],
                    scopes: default_scopes()
                        .into_iter()
                        .chain(API_SCOPES.map(str::to_owned))
                        .collect(),
                    // As at the service, where it is not ticked unless somebody does.
                    pkce: Pkce { required: false, methods: vec![Method::S256, Method::Plain] },
                    consent: Consent::Once,
                    ..application("app_web", "Example web app")
                },
                Application {
                    public: true,
                    grants: vec![GrantType::DeviceCode, GrantType::RefreshToken],
                    ..application("app_device", "Example television")
                },
                Application {
                    client_secrets: vec![Secret::from(
                        "CSmachineExampleSecretThatEverybodyKnows123456",
                    )],
                    grants: vec![GrantType::ClientCredentials],
                    scopes: API_SCOPES.map(str::to_owned).to_vec(),
                    lifetimes: Lifetimes { access_token: 3600, ..Lifetimes::default() },
                    ..application("app_machine", "Example machine")
                },
            ],
            users: vec![
                user("alice", "Alice Example", "alice-password", "+1 555 0100"),
                user("bob", "Bob Example", "bob-password", "+1 555 0101"),
            ],
            signing: SigningAlgorithm::Rs256,
            keys: Vec::new(),
            limits: Limits::default(),
        }
    }
}

const API_SCOPES: [&str; 2] =
    ["api://api.example.com|read:file", "api://api.example.com|write:file"];

fn application(id: &str, name: &str) -> Application {
    Application {
        application_id: id.to_owned(),
        name: name.to_owned(),
        client_secrets: Vec::new(),
        redirect_uris: Vec::new(),
        post_logout_redirect_uris: Vec::new(),
        grants: Vec::new(),
        scopes: default_scopes(),
        public: false,
        pkce: Pkce::default(),
        consent: Consent::Skip,
        lifetimes: Lifetimes::default(),
        origins: None,
        require_pushed_authorization_requests: false,
    }
}

fn user(username: &str, name: &str, password: &str, phone: &str) -> User {
    let text = |text: &str| ClaimValue::String(text.to_owned());
    let claims = [
        ("name", text(name)),
        ("preferred_username", text(username)),
        ("email", text(&format!("{username}@example.com"))),
        ("email_verified", ClaimValue::Bool(true)),
        ("phone_number", text(phone)),
    ];
    User {
        user_id: format!("user_{username}"),
        username: username.to_owned(),
        password: Secret::from(password),
        claims: Claims(claims.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
    }
}
