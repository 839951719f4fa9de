//! What all grants have in common.

use crate::rules::request::FIXED;
use crate::rules::table::Table;

/// One of the ways to request tokens: the grants of this module.
#[allow(private_bounds, reason = "how a grant is asked for is this crate's business")]
pub trait Grant: Plan {
    /// The value of `grant_type`.
    fn grant_type(&self) -> &str {
        let mut fixed = self.plan().filter(|(letter, _)| *letter == FIXED);
        let pair = fixed.next().and_then(|(_, pair)| core::str::from_utf8(pair).ok());
        pair.and_then(|pair| pair.strip_prefix("grant_type=")).unwrap_or_default()
    }
}

/// How a grant is asked for.
pub(crate) trait Plan {
    /// The request.
    fn plan(&self) -> Table<'_>;

    /// The values of its parameters by their names; an empty one is not sent.
    fn values(&self) -> Vec<(&str, &str)>;
}
