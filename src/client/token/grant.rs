//! What all grants have in common.

use crate::client::request::Parameter;

/// One of the ways to ask for tokens.
pub trait Grant {
    /// `grant_type` on the wire.
    const GRANT_TYPE: &'static str;

    /// The parameters beside it, in the order of the service's documentation.
    const PARAMETERS: &'static [Parameter];

    /// The parameters' values in their order; an empty one is not sent.
    fn values(&self) -> Vec<&str>;
}
