//! What browsers get: pages and cookies.

use crate::issuer::pages::Pages;
use crate::issuer::wire::cookies::{Cookies, Sessions};

/// The pages and the cookies of an issuer.
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct Frontend {
    pub(crate) pages: Pages,
    pub(crate) cookies: Cookies,
}

impl Frontend {
    /// The pages, and cookies without a suffix.
    pub(crate) fn new(sessions: Sessions) -> Self {
        Self { pages: Pages::new(), cookies: Cookies { sessions, suffix: String::new() } }
    }
}
