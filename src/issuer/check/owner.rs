//! Whom a request counts for.

use crate::issuer::check::client::Client;
use crate::issuer::check::source;
use crate::issuer::state::shares::{Place, Rank};
use crate::issuer::vault::Vault;

/// Whom a request without a user counts for: the client if it proved who it is, else the client that
/// the request names, together with its source. `unproved` and `proved`: what its record is worth in
/// the second case and in the first.
pub(crate) fn place_of_client(
    vault: &Vault,
    source: Option<&str>,
    client: &Client<'_>,
    (unproved, proved): (Rank, Rank),
) -> Place {
    if client.authenticated {
        return Place::new(vault.client_number(client.id()), proved);
    }
    let network = source::network(source);
    Place::new(vault.number_of("anybody", &[client.id().as_bytes(), &network]), unproved)
}
