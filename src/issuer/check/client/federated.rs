//! Tokens of other issuers by which clients authenticate.
//!
//! EIAM: the instance's server of the service takes them with `client_assertion_type`
//! `urn:cloud:idaas:params:oauth:client-assertion-type:id-token-bearer` and
//! `application_federated_credential_name`, as its client for machines shows. What it checks is not
//! documented, so these are the rules of RFC 7523 section 3. A workload has one such token for a while, and
//! sends it several times, so a `jti` in it does not work only once.
//!
//! The service's two other types need certificates: `x509-jwt-bearer` those of a private authority, and
//! `pkcs7-bearer` the one with which the cloud signs what it attests of its machines. This issuer reads no
//! certificates.

use crate::issuer::check::trusted::{self, Use};
use crate::issuer::config::{Application, Config};
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;

/// The `client_assertion_type` of a token of another issuer.
pub(super) const TYPE: &str = "urn:cloud:idaas:params:oauth:client-assertion-type:id-token-bearer";

/// The parameter that says which credential of the client it is.
pub(super) const NAME: &str = "application_federated_credential_name";

/// A token that has not been checked yet.
pub(super) struct FederatedToken<'a> {
    pub(super) name: &'a str,
    pub(super) token: &'a str,
}

/// Checks a token for this application.
pub(super) fn accept(
    config: &Config,
    exchange: &Exchange<'_>,
    FederatedToken { name, token }: &FederatedToken<'_>,
    application: &Application,
) -> Result<(), Refusal> {
    let wrong = Refusal::ClientAssertionWrong;
    let mut credentials = application.federated_credentials.iter();
    let credential = credentials
        .find(|credential| credential.name == *name)
        .ok_or(wrong("the client has no federated credential of this name"))?;
    let client = &application.application_id;
    let jwt = trusted::read(config, exchange, client, token, Use::Identity).map_err(wrong)?;
    let claims = jwt.claims().map_err(wrong)?;
    let is_it = jwt.issuer.issuer == credential.issuer
        && claims.text("sub").is_some_and(|subject| subject == credential.subject);
    if is_it { Ok(()) } else { Err(wrong("iss and sub are not those of the federated credential")) }
}
