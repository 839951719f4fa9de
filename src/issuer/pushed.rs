//! Pushed authorization requests (RFC 9126): the client sends the request itself, authenticated, and
//! the browser carries a reference only.

use std::sync::Arc;

use crate::base64url;
use crate::json::ObjectWriter;

use super::authorize::registered_uri;
use super::config::Application;
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::sealed::Authority;
use super::store::{Owned, Place, Rank};
use super::{Answer, Exchange, Issuer, answer};

/// A request that was pushed and not yet used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pushed {
    pub(crate) authority: Authority,
    pub(crate) client: String,
    pub(crate) parameters: Parameters,
    /// The user of its id_token_hint, which was verified when it was pushed.
    pub(crate) hinted: Option<String>,
    pub(crate) place: Place,
}

impl Owned for Pushed {
    fn place(&self) -> Place {
        self.place
    }
}

impl Issuer {
    /// Takes a request (section 2.1) and checks it as the authorization endpoint would.
    pub(crate) fn push_authorization(&mut self, exchange: &Exchange<'_>) -> Answer {
        let mut parameters = self.parameters(exchange)?;
        let client = self.client(exchange, &parameters)?;
        client.require_secret_unless_public()?;
        let application = Arc::clone(&client.application);
        if parameters.value("request_uri").is_some() {
            return Err(Refusal::ParameterUnexpected("request_uri"));
        }
        registered_uri(&parameters, &application)?;
        let hinted = self.hinted_subject(exchange, &parameters)?;
        self.read_request(&parameters, &application, hinted.clone())?;
        let proof = self.proof(exchange, None)?;
        if let Some(proof) = &proof {
            proof.bind_code(&mut parameters)?;
        }
        for name in NOT_KEPT {
            parameters.remove(name);
        }
        // Section 2.3: whoever may push must not fill the memory.
        if parameters.size() > MAX_SIZE {
            return Err(Refusal::BodyTooLarge);
        }
        if let Some(proof) = &proof {
            let place = self.place_of_client(exchange, &client, (Rank::Lent, Rank::Kept));
            self.spend(proof, place, exchange.now)?;
        }
        let id = self.random.id();
        let pushed = Pushed {
            authority: exchange.authority,
            client: application.application_id.clone(),
            parameters,
            hinted,
            place: self.place_of_client(exchange, &client, (Rank::Loose, Rank::Paid)),
        };
        let expires = exchange.now.saturating_add(PUSHED_SECONDS);
        self.store.pushed.insert(id, pushed, expires, exchange.now)?;
        self.touch();
        let mut body = ObjectWriter::new();
        let name = base64url::encode(&id.to_be_bytes());
        body.string("request_uri", &format!("{PREFIX}{name}"))
            .integer("expires_in", PUSHED_SECONDS);
        Ok(answer::json(201, body.finish()).into())
    }

    /// The pushed request that a browser brings a reference to. It works once (section 7.3), for the
    /// client that pushed it (section 2.2); none if the request comes as it is.
    pub(crate) fn take_pushed(
        &mut self,
        exchange: &Exchange<'_>,
        parameters: &Parameters,
        application: &Application,
    ) -> Result<Option<Pushed>, Refusal> {
        let Some(name) = parameters.value("request_uri").and_then(|uri| uri.strip_prefix(PREFIX))
        else {
            return Ok(None);
        };
        let id = base64url::decode(name).ok().and_then(|bytes| bytes.try_into().ok());
        let id = id.map(u128::from_be_bytes).ok_or(Refusal::RequestUriUnknown)?;
        // Somebody else's reference is not used up.
        self.store
            .pushed
            .get(&id, exchange.now)
            .filter(|pushed| {
                pushed.client == application.application_id
                    && pushed.authority == exchange.authority
            })
            .ok_or(Refusal::RequestUriUnknown)?;
        self.touch();
        Ok(self.store.pushed.take(&id))
    }
}

/// Section 2.2.
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";

/// Section 2.2: between 5 and 600 seconds; enough for a redirect.
const PUSHED_SECONDS: i64 = 60;

/// Bytes of all names and values together.
const MAX_SIZE: usize = 16 * 1024;

/// What authenticates the client, and the hint, of which only the user is kept.
const NOT_KEPT: [&str; 4] =
    ["client_secret", "client_assertion", "client_assertion_type", "id_token_hint"];
