//! Users, clients and sources as the numbers that they are counted by: hashes with the sealing key, so
//! that nobody can look for two that have the same number.

use sha2::{Digest, Sha256};

use super::client::Client;
use super::store::{Place, Rank};
use super::{Exchange, Issuer, source};

impl Issuer {
    /// The number of something of this kind that these parts name.
    pub(crate) fn number_of(&self, kind: &str, parts: &[&[u8]]) -> u64 {
        let mut hash = Sha256::new();
        hash.update(self.sealer.key());
        for part in [kind.as_bytes()].iter().chain(parts) {
            // With its length, or two lists of parts could be one text.
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        hash.finalize().first_chunk().map_or(0, |head| u64::from_be_bytes(*head))
    }

    pub(crate) fn user_owner(&self, user_id: &str) -> u64 {
        self.number_of("user", &[user_id.as_bytes()])
    }

    pub(crate) fn client_owner(&self, client: &str) -> u64 {
        self.number_of("client", &[client.as_bytes()])
    }

    /// Whom a request without a user counts for: the client if it proved who it is, else the client that
    /// the request names, together with its source. `unproved` and `proved`: what its record is worth in
    /// the second case and in the first.
    pub(crate) fn place_of_client(
        &self,
        exchange: &Exchange<'_>,
        client: &Client,
        (unproved, proved): (Rank, Rank),
    ) -> Place {
        if client.authenticated {
            return Place::new(self.client_owner(client.id()), proved);
        }
        let network = source::network(exchange.request.source.as_deref());
        Place::new(self.number_of("anybody", &[client.id().as_bytes(), &network]), unproved)
    }
}
