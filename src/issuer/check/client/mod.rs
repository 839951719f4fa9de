//! Which client sent a request, and whether it authenticated (RFC 6749 section 2.3, RFC 7523).

use crate::secret::constant_time_eq;

use crate::issuer::check::client::assertion::Assertion;
use crate::issuer::check::client::basic::Basic;
use crate::issuer::check::client::federated::FederatedToken;
use crate::issuer::check::dpop::Proof;
use crate::issuer::config::{Application, AuthMethod};
use crate::issuer::directory::Directory;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;

pub(crate) mod assertion;
mod basic;
mod federated;

/// The client that a request names. If the request had a secret or an assertion, it was right.
#[derive(Clone, Debug)]
pub(crate) struct Client<'a> {
    pub(crate) application: &'a Application,
    pub(crate) authenticated: bool,
    /// The key that the request was proved to come from (RFC 9449).
    pub(crate) proof: Option<Proof>,
}

impl Client<'_> {
    /// The client id.
    pub(crate) fn id(&self) -> &str {
        &self.application.application_id
    }

    /// Refuses a client that has not authenticated.
    pub(crate) fn require_secret(&self) -> Result<(), Refusal> {
        if self.authenticated { Ok(()) } else { Err(Refusal::ClientSecretMissing) }
    }

    /// Refuses a client that is not public and has not authenticated. EIAM documents requests
    /// without `client_secret` by public clients for a code and for a device code. Its command line
    /// and its Java SDK also refresh without one.
    pub(crate) fn require_secret_unless_public(&self) -> Result<(), Refusal> {
        if self.application.public { Ok(()) } else { self.require_secret() }
    }

    /// The thumbprint of the key to which tokens are bound.
    pub(crate) fn key_thumbprint(&self) -> Option<&str> {
        self.proof.as_ref().map(|proof| proof.thumbprint.as_str())
    }
}

/// What a client authenticates with.
enum Credential<'a> {
    Basic(Basic),
    Secret(&'a str),
    Assertion(Assertion),
    Federated(FederatedToken<'a>),
    None,
}

/// Finds the client and checks its credential, if it sent one. An assertion works only once.
pub(crate) fn authenticate<'a>(
    directory: &'a Directory,
    vault: &Vault,
    store: &mut Store,
    exchange: &Exchange<'a>,
    parameters: &Parameters,
) -> Result<Client<'a>, Refusal> {
    authenticate_as(Who::OfPath, directory, vault, store, exchange, parameters)
}

/// The same where the client need not be the one of the path: at the introspection endpoint of an
/// application's issuer those ask whom its tokens are for (RFC 7662 section 2.1).
pub(crate) fn authenticate_any<'a>(
    directory: &'a Directory,
    vault: &Vault,
    store: &mut Store,
    exchange: &Exchange<'a>,
    parameters: &Parameters,
) -> Result<Client<'a>, Refusal> {
    authenticate_as(Who::Anybody, directory, vault, store, exchange, parameters)
}

/// Which clients may authenticate.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    /// The application that the path names. Where it names none, any.
    OfPath,
    /// Whichever the request names.
    Anybody,
}

fn authenticate_as<'a>(
    who: Who,
    directory: &'a Directory,
    vault: &Vault,
    store: &mut Store,
    exchange: &Exchange<'a>,
    parameters: &Parameters,
) -> Result<Client<'a>, Refusal> {
    let credential = read_credential(exchange.authorization(), parameters)?;
    let raw_allowed = exchange.profile.unencoded_basic_allowed();
    let by_credential = match &credential {
        Credential::Basic(basic) => match &basic.decoded {
            Some((id, _)) => Some(id.as_str()),
            None if raw_allowed => Some(basic.id.as_str()),
            None => return Err(Refusal::ClientBasicMalformed),
        },
        Credential::Assertion(assertion) => Some(assertion.client.as_str()),
        Credential::Secret(_) | Credential::Federated(_) | Credential::None => None,
    };
    let names = [parameters.value("client_id"), by_credential];
    let first = names.into_iter().flatten().next();
    let application = match (exchange.application, first) {
        (Some(application), Some(name))
            if who == Who::Anybody && name != application.application_id =>
        {
            directory.require_application(name)?
        }
        (Some(application), _) => application,
        (None, Some(name)) => directory.require_application(name)?,
        (None, None) => return Err(Refusal::ClientMissing),
    };
    if names.into_iter().flatten().any(|name| name != application.application_id) {
        return Err(Refusal::ClientOther);
    }

    let (method, right) = match &credential {
        Credential::None => {
            return Ok(Client { application, authenticated: false, proof: None });
        }
        Credential::Basic(basic) => {
            let decoded = basic.decoded.as_ref();
            let decoded = decoded.is_some_and(|(_, secret)| has_secret(application, secret));
            let raw = has_secret(application, &basic.secret) && raw_allowed;
            (AuthMethod::ClientSecretBasic, decoded | raw)
        }
        Credential::Secret(secret) => {
            (AuthMethod::ClientSecretPost, has_secret(application, secret))
        }
        Credential::Assertion(assertion) => (assertion.method(), true),
        Credential::Federated(token) => {
            federated::accept(directory.config(), exchange, token, application)?;
            return Ok(Client { application, authenticated: true, proof: None });
        }
    };
    if !right {
        return Err(Refusal::ClientSecretWrong);
    }
    if !application.authenticates_by(method) {
        return Err(Refusal::ClientMethodClosed(method));
    }
    if let Credential::Assertion(assertion) = &credential {
        assertion::accept(directory.config(), vault, store, exchange, assertion, application)?;
    }
    Ok(Client { application, authenticated: true, proof: None })
}

/// The client that a request names, without any check. Parts of the request may name different
/// clients; then this is the first of them.
pub(crate) fn named_client(header: Option<&str>, parameters: &Parameters) -> Option<String> {
    if let Some(id) = parameters.value("client_id") {
        return Some(id.to_owned());
    }
    if let Some(assertion) = parameters.value("client_assertion") {
        return Some(Assertion::read(assertion).ok()?.client);
    }
    let basic = Basic::read(header?).ok()?;
    Some(basic.decoded.map_or(basic.id, |(id, _)| id))
}

/// Reads the credential of the client. RFC 6749 section 2.3 allows only one for each request. A
/// client_id is not a credential: EIAM's clients send it beside their credential.
fn read_credential<'a>(
    header: Option<&str>,
    parameters: &'a Parameters,
) -> Result<Credential<'a>, Refusal> {
    let secret = parameters.value("client_secret");
    let assertion = parameters.value("client_assertion");
    let ways = [header.is_some(), secret.is_some(), assertion.is_some()];
    if ways.into_iter().filter(|way| *way).count() > 1 {
        return Err(Refusal::ClientTwoMethods);
    }
    // RFC 7521 section 4.2: a request has both parameters or neither.
    match (parameters.value("client_assertion_type"), assertion) {
        (None, None) => {}
        (None, Some(_)) => return Err(Refusal::ParameterMissing("client_assertion_type")),
        (Some(_), None) => return Err(Refusal::ParameterMissing("client_assertion")),
        (Some(assertion::TYPE), Some(text)) => {
            return Assertion::read(text).map(Credential::Assertion);
        }
        (Some(federated::TYPE), Some(token)) => {
            let name = parameters.required(federated::NAME)?;
            return Ok(Credential::Federated(FederatedToken { name, token }));
        }
        (Some(_), Some(_)) => {
            return Err(Refusal::ParameterInvalid(&("client_assertion_type", TAKEN_TYPES)));
        }
    }
    match (header, secret) {
        (Some(header), _) => Basic::read(header).map(Credential::Basic),
        (None, Some(secret)) => Ok(Credential::Secret(secret)),
        (None, None) => Ok(Credential::None),
    }
}

const TAKEN_TYPES: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer or \
                           urn:cloud:idaas:params:oauth:client-assertion-type:id-token-bearer";

/// Whether this is one of the secrets. It compares with all of them, so that the time does not show
/// which one matches.
fn has_secret(application: &Application, given: &str) -> bool {
    application.client_secrets.iter().fold(false, |found, secret| {
        found | constant_time_eq(secret.expose().as_bytes(), given.as_bytes())
    })
}
