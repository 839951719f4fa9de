//! What browsers get: pages and cookies.

#[cfg(feature = "testing")]
use crate::issuer::automatic::Automatic;
use crate::issuer::pages::Pages;
use crate::issuer::wire::cookies::{Cookies, Sessions};

/// The pages and the cookies of an issuer.
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct Frontend {
    pub(crate) pages: Pages,
    pub(crate) cookies: Cookies,
    /// What happens without anybody.
    #[cfg(feature = "testing")]
    pub(crate) automatic: Automatic,
}

impl Frontend {
    /// The pages, and cookies without a suffix.
    pub(crate) fn new(sessions: Sessions) -> Self {
        Self {
            pages: Pages::new(),
            cookies: Cookies { sessions, suffix: String::new() },
            #[cfg(feature = "testing")]
            automatic: Automatic::default(),
        }
    }
}
