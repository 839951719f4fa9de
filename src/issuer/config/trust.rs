//! Whom else the issuer believes: issuers whose JWTs it takes, and clients that authenticate by them.

use serde::Serialize;

use super::client_key::ClientKeys;
use super::plain::{objects, parts};
#[cfg(feature = "schema")]
use super::schema;

/// Another issuer whose JWTs are taken: as assertions for the grant `jwt-bearer` (RFC 7523 section 2.1), as
/// subject and actor tokens (RFC 8693 section 2.1), and as federated credentials of clients.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "TrustedIssuerConfig"))]
#[non_exhaustive]
pub struct TrustedIssuer {
    /// What its JWTs say as `iss`, letter by letter.
    #[cfg_attr(feature = "schema", schemars(length(min = 1), example = &"https://login.example.com"))]
    pub issuer: String,
    /// Its public keys, one at least and eight at most.
    pub jwks: ClientKeys,
    /// What its JWTs may say as `aud`, beside this issuer's URL and its token endpoint: such as the id of
    /// the client that they were given to. Default: none.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(inner(length(min = 1))))]
    pub audiences: Vec<String>,
    /// Which claim of its JWTs says who the user is. Default: `sub`.
    #[serde(default = "default_subject_claim")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1), example = &"email"))]
    pub subject_claim: String,
    /// What of a user equals that claim: `userId`, `username`, or the name of one of the user's claims,
    /// such as `email`. A JWT that fits no user, or several, is refused. Default: `userId`.
    #[serde(default = "default_user_attribute")]
    #[cfg_attr(feature = "schema", schemars(length(min = 1), example = &"email"))]
    pub user_attribute: String,
    /// The ids of the applications that may use its JWTs. Default: those that have opened a grant that takes
    /// them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Vec<String>", inner(regex(pattern = schema::ID)), extend("examples" = [["app_web"]])))]
    pub applications: Option<Vec<String>>,
}

parts!(TrustedIssuer = Self::new("", ClientKeys::default());
    needs issuer,
    needs jwks,
    takes audiences,
    takes subject_claim,
    takes user_attribute,
    takes applications,
);
objects!(TrustedIssuer);

impl TrustedIssuer {
    /// An issuer of this name with these keys, whose `sub` is the id of a user.
    #[must_use]
    pub fn new(issuer: impl Into<String>, jwks: impl Into<ClientKeys>) -> Self {
        Self {
            issuer: issuer.into(),
            jwks: jwks.into(),
            audiences: Vec::new(),
            subject_claim: default_subject_claim(),
            user_attribute: default_user_attribute(),
            applications: None,
        }
    }

    /// Whether this application may use its JWTs.
    pub(crate) fn is_for(&self, application: &str) -> bool {
        self.applications.as_ref().is_none_or(|ids| ids.iter().any(|id| id == application))
    }
}

fn default_subject_claim() -> String {
    "sub".to_owned()
}

fn default_user_attribute() -> String {
    "userId".to_owned()
}

/// An identity that another issuer gives to a workload, such as a job or a container, which authenticates as
/// the application by it (EIAM: `id-token-bearer`).
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "FederatedCredentialConfig"))]
#[non_exhaustive]
pub struct FederatedCredential {
    /// What the parameter `application_federated_credential_name` calls it.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = schema::ID), example = &"deployment"))]
    pub name: String,
    /// The issuer of its tokens, one of `trustedIssuers`.
    #[cfg_attr(feature = "schema", schemars(length(min = 1), example = &"https://login.example.com"))]
    pub issuer: String,
    /// What its tokens say as `sub`, letter by letter.
    #[cfg_attr(feature = "schema", schemars(length(min = 1), example = &"system:serviceaccount:default:job"))]
    pub subject: String,
}

parts!(FederatedCredential = Self::new("", "", "");
    needs name,
    needs issuer,
    needs subject,
);
objects!(FederatedCredential);

impl FederatedCredential {
    /// A credential of this name: the tokens in which this issuer says this subject.
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        issuer: impl Into<String>,
        subject: impl Into<String>,
    ) -> Self {
        Self { name: name.into(), issuer: issuer.into(), subject: subject.into() }
    }
}
