//! Makes a client, by discovery or of endpoints that are known.

use std::sync::{Arc, Mutex};

use super::error::OnlineError;
use super::options::OnlineOptions;
use super::{OnlineClient, network, system_time};
use crate::client::discovery::{self, is_elsewhere};
use crate::client::key_set::KeyCache;
use crate::client::{Authentication, Client, Error};
use crate::rules::reason::Reason;

impl OnlineOptions {
    /// Makes a client of a server that announces its endpoints (OpenID Connect Discovery, RFC 8414). Of several places
    /// that have no metadata, the error is that of the first one, which people know.
    ///
    /// # Errors
    /// Fails if the server cannot be reached, if it announces nothing or something that is not valid, for an issuer with
    /// plain http that is not accepted, and as [`Client::new`] and [`OnlineOptions::connect`].
    pub async fn discover(
        self,
        issuer: &str,
        client_id: impl Into<String>,
        authentication: Authentication,
    ) -> Result<OnlineClient, OnlineError> {
        // Whoever is on the way could announce endpoints of their own.
        let fault = self.http.least(b"").fault(issuer.as_bytes());
        if let Some(reason) = fault.filter(|reason| *reason == Reason::NotOnLoopback) {
            return Err(Error::argument("issuer", reason.text()).into());
        }
        let connector = self.connector.clone().map_or_else(network::connector, Ok)?;
        let mut first = None;
        for request in discovery::requests(issuer)? {
            let response = network::send(&connector, request).await?;
            match discovery::parse_response_allowing(self.http, &response, issuer) {
                Ok(server) => {
                    let client = Client::allowing(self.http, server, client_id, authentication)?;
                    return self.connector(connector).connect(client);
                }
                Err(error) if is_elsewhere(&error) => first = first.or(Some(error)),
                Err(error) => return Err(error.into()),
            }
        }
        Err(first.unwrap_or_else(|| Error::argument("issuer", "has no metadata")).into())
    }

    /// Makes a client whose endpoints are known, and of which [`Client::allowing`] knows where plain http is accepted.
    ///
    /// # Errors
    /// Fails if the system has nothing to send requests with, and with [`OnlineOptions::signed_by_secret`] for a secret
    /// that is missing or has fewer than 32 octets (RFC 7518 section 3.2).
    pub fn connect(self, client: Client) -> Result<OnlineClient, OnlineError> {
        let (_, secret) = client.authentication.method_and_secret();
        if self.by_secret && secret.len() < SHORTEST_SECRET {
            let reason = "shorter than the 32 octets that HS256 needs";
            return Err(Error::argument("client_secret", reason).into());
        }
        let keys = self.longest_key_age.map(KeyCache::with_longest_age).unwrap_or_default();
        Ok(OnlineClient {
            client: Arc::new(client),
            http: self.connector.map_or_else(network::connector, Ok)?,
            keys: Arc::new(Mutex::new(keys)),
            by_secret: self.by_secret,
            clock: Arc::new(system_time),
        })
    }
}

/// The least octets of a secret that signs: as many as the hash has.
const SHORTEST_SECRET: usize = 32;
