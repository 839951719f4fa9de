//! Who the client is, and whether it proved it (RFC 6749 section 2.3).

use std::sync::Arc;

use crate::base64url;
use crate::form;
use crate::secret::constant_time_eq;

use super::config::Application;
use super::parameters::Parameters;
use super::refusal::Refusal;
use super::{Exchange, Issuer};

/// A client that a request names. If the request brought a secret, it was the right one.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) application: Arc<Application>,
    pub(crate) authenticated: bool,
}

impl Client {
    pub(crate) fn id(&self) -> &str {
        &self.application.application_id
    }

    /// Lets in a client that proved itself.
    pub(crate) fn require_secret(&self) -> Result<(), Refusal> {
        if self.authenticated { Ok(()) } else { Err(Refusal::ClientSecretMissing) }
    }

    /// Lets in a client that proved itself, or one that is public. EIAM documents forms without
    /// `client_secret` for public clients with a code and with a device code; its command line and
    /// Java SDK also refresh so.
    pub(crate) fn require_secret_unless_public(&self) -> Result<(), Refusal> {
        if self.application.public { Ok(()) } else { self.require_secret() }
    }
}

/// Credentials of a Basic header: as written, and form-decoded as RFC 6749 section 2.3.1 has it.
struct Basic {
    id: String,
    secret: String,
    decoded: Option<(String, String)>,
}

impl Issuer {
    /// Finds the client and checks the secret, if there is one.
    pub(crate) fn client(
        &self,
        exchange: &Exchange<'_>,
        parameters: &Parameters,
    ) -> Result<Client, Refusal> {
        let basic = exchange.authorization().map(read_basic).transpose()?;
        let posted_secret = parameters.value("client_secret");
        if basic.is_some() && posted_secret.is_some() {
            // RFC 6749 section 2.3: one method for each request. A client_id beside the header is
            // no method, and EIAM's clients send it.
            return Err(Refusal::ClientTwoMethods);
        }

        let raw_allowed = self.config.profile.unencoded_basic_allowed();
        let mut names: Vec<&str> = Vec::new();
        names.extend(parameters.value("client_id"));
        if let Some(basic) = &basic {
            match &basic.decoded {
                Some((id, _)) => names.push(id),
                None if raw_allowed => names.push(&basic.id),
                None => return Err(Refusal::ClientBasicMalformed),
            }
        }
        let application = match (&exchange.application, names.first()) {
            (Some(application), _) => Arc::clone(application),
            (None, Some(name)) => self.application(name).ok_or(Refusal::ClientUnknown)?,
            (None, None) => return Err(Refusal::ClientMissing),
        };
        if names.iter().any(|name| *name != application.application_id) {
            return Err(Refusal::ClientOther);
        }

        let authenticated = match (&basic, posted_secret) {
            (Some(basic), _) => {
                let decoded = basic
                    .decoded
                    .as_ref()
                    .is_some_and(|(_, secret)| has_secret(&application, secret));
                let raw = has_secret(&application, &basic.secret) && raw_allowed;
                if !(decoded | raw) {
                    return Err(Refusal::ClientSecretWrong);
                }
                true
            }
            (None, Some(secret)) => {
                if !has_secret(&application, secret) {
                    return Err(Refusal::ClientSecretWrong);
                }
                true
            }
            (None, None) => false,
        };
        Ok(Client { application, authenticated })
    }
}

/// Compares with every secret, so that the time does not tell which one it was.
fn has_secret(application: &Application, given: &str) -> bool {
    application.client_secrets.iter().fold(false, |found, secret| {
        found | constant_time_eq(secret.expose().as_bytes(), given.as_bytes())
    })
}

fn read_basic(header: &str) -> Result<Basic, Refusal> {
    let (scheme, credentials) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(Refusal::ClientSchemeUnknown);
    }
    // The alphabet of RFC 7617 is base64's own.
    let text: String = credentials
        .trim()
        .trim_end_matches('=')
        .chars()
        .map(|character| match character {
            '+' => '-',
            '/' => '_',
            '-' | '_' => '\0',
            other => other,
        })
        .collect();
    let bytes = base64url::decode(&text).map_err(|_| Refusal::ClientBasicMalformed)?;
    let text = String::from_utf8(bytes).map_err(|_| Refusal::ClientBasicMalformed)?;
    let (id, secret) = text.split_once(':').ok_or(Refusal::ClientBasicMalformed)?;
    let decoded = match (form::decode(id), form::decode(secret)) {
        (Ok(id), Ok(secret)) => Some((id, secret)),
        _ => None,
    };
    Ok(Basic { id: id.to_owned(), secret: secret.to_owned(), decoded })
}
