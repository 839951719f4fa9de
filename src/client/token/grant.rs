//! What all grants have in common.

use crate::client::request::Parameter;

/// One of the ways to request tokens.
pub trait Grant {
    /// The value of `grant_type`.
    const GRANT_TYPE: &'static str;

    /// The parameters beside it, in the order of the service's documentation.
    const PARAMETERS: &'static [Parameter];

    /// The parameters' values in their order; an empty one is not sent.
    fn values(&self) -> Vec<&str>;
}
