//! A request at the token endpoint.

use crate::issuer::check::client::Client;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::parameters::Parameters;

/// A token request whose client is known.
#[derive(Clone, Copy)]
pub(super) struct TokenRequest<'a> {
    pub(super) exchange: &'a Exchange<'a>,
    pub(super) client: &'a Client<'a>,
    pub(super) parameters: &'a Parameters,
}
