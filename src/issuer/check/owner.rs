//! For whom the record of a request counts.

use crate::issuer::check::client::Client;
use crate::issuer::check::source;
use crate::issuer::state::shares::{Place, Rank};
use crate::issuer::vault::Vault;

/// What the record of a request is worth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ranks {
    /// If the client proved who it is.
    pub(crate) proved: Rank,
    /// If it did not.
    pub(crate) unproved: Rank,
}

impl Ranks {
    /// Of a record that may make room for others.
    pub(crate) const MAY_GO: Self = Self { proved: Rank::Paid, unproved: Rank::Loose };

    /// Of a record that must stay until it expires.
    pub(crate) const STAYS: Self = Self { proved: Rank::Kept, unproved: Rank::Lent };
}

/// Whom a request without a user counts for: the client if it proved who it is, else the client
/// that the request names together with the source of the request.
pub(crate) fn place_of_client(
    vault: &Vault,
    source: Option<&str>,
    client: &Client<'_>,
    ranks: Ranks,
) -> Place {
    if client.authenticated {
        return Place::new(vault.client_number(client.id()), ranks.proved);
    }
    let network = source::network(source);
    Place::new(vault.number_of("anybody", &[client.id().as_bytes(), &network]), ranks.unproved)
}
