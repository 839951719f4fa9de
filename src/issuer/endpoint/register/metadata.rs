//! What requests to register and to update have in common: their body, and the response.

use crate::http::HttpRequest;
use crate::issuer::check::client_metadata::{ClientMetadata, Source};
use crate::issuer::check::{registered_client, software_statement};
use crate::issuer::codec::{base58, digest};
use crate::issuer::config::Config;
use crate::issuer::directory::registered::{Knowledge, RegisteredClient};
use crate::issuer::vault::Vault;
use crate::issuer::wire::authority::Authority;
use crate::issuer::wire::bearer;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::json::{self, Limits, Object, ObjectWriter};

/// The token of the Authorization header.
pub(super) fn token_of<'a>(exchange: &'a Exchange<'_>) -> Result<&'a str, Refusal> {
    bearer::credentials(exchange.request)
        .map(|(_, token)| token)
        .ok_or(Refusal::RegistrationTokenMissing)
}

/// The JSON object in the body.
pub(super) fn body<'a>(exchange: &Exchange<'a>) -> Result<Object<'a>, Refusal> {
    object(exchange.request).ok_or(Refusal::RegistrationNotJson)
}

/// The JSON object in the body of a request; none if there is none, or a longer one than is read.
pub(crate) fn object(request: &HttpRequest) -> Option<Object<'_>> {
    let text = core::str::from_utf8(&request.body).ok();
    text.filter(|text| text.len() <= MAX_BODY)
        .filter(|_| request.headers.media_type().eq_ignore_ascii_case("application/json"))
        .and_then(|text| json::parse_object(text, Limits::default()).ok())
}

/// What a request registers.
pub(super) struct Read {
    metadata: ClientMetadata,
    /// Whose software statement it has.
    pub(super) vouching: Option<String>,
}

/// Reads and checks what a request registers.
pub(super) fn read(
    config: &Config,
    exchange: &Exchange<'_>,
    object: &Object<'_>,
) -> Result<Read, Refusal> {
    let statement = software_statement::read(config, exchange, object)?;
    let claims = statement.as_ref().and_then(|jws| jws.claims());
    let metadata = ClientMetadata::read(
        config,
        Source { object, statement: claims.as_ref(), usual_method: "client_secret_basic" },
    )?;
    let vouching = claims.and_then(|claims| claims.text("iss").map(|text| text.into_owned()));
    Ok(Read { metadata, vouching })
}

impl Read {
    /// Makes it what the client is from now on. A secret stays if one is still needed.
    pub(super) fn apply(self, vault: &mut Vault, client: &mut RegisteredClient) {
        if let Knowledge::Registration(registered) = &mut client.knowledge {
            let secret = registered.secret.take();
            registered.secret = self.metadata.needs_secret.then(|| {
                secret.unwrap_or_else(|| with_prefix("CS", vault.random.bytes::<32>()).into())
            });
        }
        registered_client::apply(self.metadata, client);
    }
}

/// The client information response (RFC 7591 section 3.2.1, RFC 7592 section 3).
pub(super) fn information(config: &Config, client: &RegisteredClient, token: &str) -> String {
    let id = &client.application.application_id;
    let mut body = ObjectWriter::new();
    body.string("client_id", id);
    if let Some(registered) = client.registration() {
        body.integer("client_id_issued_at", registered.issued);
        if let Some(secret) = &registered.secret {
            body.string("client_secret", secret.expose())
                .integer("client_secret_expires_at", registered.expires.unwrap_or(0));
        }
        let url = config.api_url(Authority::Instance, "", "register");
        body.string("registration_client_uri", &format!("{url}/{id}"))
            .string("registration_access_token", token)
            .string("scope", &client.application.scopes.join(" "));
        let metadata = json::parse_object(&client.metadata, Limits::default()).unwrap_or_default();
        for (name, value) in metadata.iter().filter(|(name, _)| *name != "scope") {
            body.raw(name, value.as_written());
        }
    }
    body.finish()
}

/// When a registration that begins now ends.
pub(super) fn ends(config: &Config, now: i64) -> Option<i64> {
    let lifetime = config.registration.as_ref().and_then(|one| one.lifetime);
    lifetime.map(|seconds| now.saturating_add(seconds))
}

/// The hash of a registration access token. It is random, so it needs no salt.
pub(super) fn hash(token: &str) -> [u8; 32] {
    digest::of_parts(&[], "registration access token", &[token.as_bytes()])
}

/// Random bytes as text behind a prefix.
pub(super) fn with_prefix<const N: usize>(prefix: &str, bytes: [u8; N]) -> String {
    let mut text = prefix.to_owned();
    base58::encode_into(&bytes, &mut text);
    text
}

/// The most bytes of a body.
const MAX_BODY: usize = 16 * 1024;
