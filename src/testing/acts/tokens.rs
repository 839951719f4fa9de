//! Tokens without a flow.

use crate::http::HttpRequest;
use crate::issuer::check::client::Client;
use crate::issuer::check::dpop::{self, Proof};
use crate::issuer::config::ClaimValue;
use crate::issuer::endpoint::token::unasked::{self, Unasked};
use crate::issuer::state::used_id::UsedId;
use crate::issuer::wire::asked::Asked;
use crate::issuer::wire::authority::Authority;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::route::Endpoint;
use crate::issuer::{ClaimsContext, Issuer, Reply};
use crate::testing::acts::whom;
use crate::testing::clock::{LATEST, TIME_EXPECTED};
use crate::testing::control_error::ControlError;
use crate::testing::controlled::Controlled;

/// For whom tokens are, and what for. Only the client has to be named.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TokensFor {
    /// The id of the client. It need not have opened any grant.
    pub client: String,
    /// The user, by id or username; none for a token that the client has for itself.
    pub user: Option<String>,
    /// Whether the instance's server issues them, and not the application's own issuer. Clients that nobody
    /// configured have the instance's alone.
    pub by_instance: bool,
    /// Scopes, separated by spaces; none for the usual ones of the client.
    pub scope: Option<String>,
    /// The resources that the access token is for (RFC 8707).
    pub resources: Vec<String>,
    /// What it is to allow in detail (RFC 9396).
    pub authorization_details: Vec<ClaimValue>,
    /// The nonce of the id_token.
    pub nonce: Option<String>,
    /// When the user signed in, in Unix seconds, from 1970 to 9999; none for now.
    pub auth_time: Option<i64>,
    /// The authentication context that is asked for.
    pub acr: Option<String>,
    /// The thumbprint of the key to which the tokens are bound: 43 characters of base64url (RFC 9449 section 6.1).
    pub jkt: Option<String>,
}

impl TokensFor {
    /// Tokens of the client with this id.
    #[must_use]
    pub fn client(client_id: impl Into<String>) -> Self {
        Self { client: client_id.into(), ..Self::default() }
    }

    /// For this user, by id or username.
    #[must_use]
    pub fn user(self, user: impl Into<String>) -> Self {
        Self { user: Some(user.into()), ..self }
    }

    /// For these scopes, separated by spaces.
    #[must_use]
    pub fn scope(self, scope: impl Into<String>) -> Self {
        Self { scope: Some(scope.into()), ..self }
    }
}

/// Why there are no tokens.
pub(crate) enum NoTokens {
    /// They are refused.
    Refused(ControlError),
    /// The host is asked about claims first.
    Asks(Vec<ClaimsContext>),
}

impl From<ControlError> for NoTokens {
    fn from(refused: ControlError) -> Self {
        Self::Refused(refused)
    }
}

impl Controlled {
    /// Makes the tokens that a client would get after a flow, without the flow: an access token and, by the
    /// same rules as ever, a refresh token and an id_token. They work as any others. The reply is the token
    /// endpoint's, and may have to be signed.
    ///
    /// # Errors
    /// Fails for a client or a user who is not there or disabled, for a thumbprint or a time that is none, and
    /// for what the token endpoint refuses, such as a scope that the client does not have.
    pub fn tokens(&mut self, wanted: &TokensFor, host: i64) -> Result<Reply, ControlError> {
        self.tokens_asking(wanted, Asked::Nobody, host).map_err(|none| match none {
            NoTokens::Refused(refused) => refused,
            NoTokens::Asks(_) => {
                ControlError::at("body", "nobody is there who could be asked about claims")
            }
        })
    }

    /// The same where the host is asked about claims.
    pub(crate) fn tokens_asking(
        &mut self,
        wanted: &TokensFor,
        asked: Asked<'_>,
        host: i64,
    ) -> Result<Reply, NoTokens> {
        check(wanted)?;
        let now = self.time(host);
        let Issuer { directory, vault, store, .. } = &mut **self;
        store.begin();
        let config = directory.config();
        let profile = config.profile;
        let refused =
            |refusal: &Refusal| NoTokens::Refused(ControlError::by_issuer(refusal, profile));
        let client = &wanted.client;
        let application = match directory.find_application(client) {
            Some(application) if application.disabled => {
                return Err(ControlError::at("body.client", "this application is disabled").into());
            }
            Some(application) => application,
            None => {
                let problem =
                    "there is no application with this id; PUT /_control/clients/{id} adds one";
                return Err(ControlError::missing("body.client", problem).into());
            }
        };
        let user = wanted.user.as_deref().map(|user| whom::user(directory, user)).transpose()?;
        let is_registered = directory.application_of_path(client).is_err();
        let authority = match wanted.by_instance || is_registered {
            true => Authority::Instance,
            false => Authority::Application,
        };
        let request = HttpRequest::post_form(config.base(), String::new());
        let exchange = Exchange {
            request: &request,
            path: "",
            query: "",
            verified: &[],
            asked,
            now,
            profile,
            endpoint: Endpoint::Token,
            authority,
            application: (authority == Authority::Application).then_some(application),
        };
        let proof = wanted.jkt.clone().map(|jkt| {
            let id = UsedId(vault.random.id());
            Proof::unsent(jkt, id, now.saturating_add(PROOF_SECONDS))
        });
        let client = Client { application, authenticated: true, proof };
        let unasked = Unasked {
            client,
            user,
            parameters: parameters(wanted).map_err(|refusal| refused(&refusal))?,
            nonce: wanted.nonce.as_deref(),
            auth_time: wanted.auth_time,
            acr: wanted.acr.clone(),
        };
        match unasked::give(directory, vault, store, &exchange, unasked) {
            Ok(reply) => Ok(reply),
            Err(Refusal::ClaimsNeeded(questions)) => {
                store.undo(now);
                Err(NoTokens::Asks(questions))
            }
            Err(refusal) => {
                store.undo(now);
                Err(refused(&refusal))
            }
        }
    }
}

/// Refuses what no client could have proved, and no user could have done.
fn check(wanted: &TokensFor) -> Result<(), ControlError> {
    if wanted.jkt.as_deref().is_some_and(|jkt| !dpop::is_thumbprint(jkt)) {
        let problem = "expected the SHA-256 thumbprint of a key: 43 characters of base64url";
        return Err(ControlError::at("body.jkt", problem));
    }
    if wanted.auth_time.is_some_and(|time| !(0..=LATEST).contains(&time)) {
        return Err(ControlError::at("body.authTime", TIME_EXPECTED));
    }
    Ok(())
}

/// The parameters of a token request that asks for the same.
fn parameters(wanted: &TokensFor) -> Result<Parameters, Refusal> {
    let mut pairs = Vec::new();
    let mut add = |name: &str, value: String| pairs.push((name.to_owned(), value));
    if let Some(scope) = &wanted.scope {
        add("scope", scope.clone());
    }
    for resource in &wanted.resources {
        add("resource", resource.clone());
    }
    if !wanted.authorization_details.is_empty() {
        let details = ClaimValue::Array(wanted.authorization_details.clone());
        add("authorization_details", details.to_json());
    }
    Parameters::from_pairs(pairs)
}

/// How long a proof that nobody sent would count. Its id is random, so it matters to nobody.
const PROOF_SECONDS: i64 = 60;
