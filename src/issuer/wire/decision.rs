//! By which rule a request is refused, for those who test with the issuer. Without the feature `testing` nothing is
//! noted, and this is no code at all.

use crate::issuer::profile::Profile;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::remedy::Remedy;

#[cfg(feature = "testing")]
use crate::issuer::wire::{remedy, rules};

/// Why a request was refused.
#[cfg(feature = "testing")]
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refused {
    /// The name of the rule, such as `code_expired`: that of its page in `docs/rules`.
    pub rule: String,
    /// The section that demands it, such as `RFC 6749 section 4.1.2`.
    pub section: &'static str,
    /// The error code (`error`).
    pub error: &'static str,
    /// What is wrong with this request, as the response or the page says it.
    pub description: String,
    /// What would have been right.
    pub right: &'static str,
    /// The wrong value that was sent; empty if there is none to show.
    pub sent: String,
    /// The setting that would allow it and its present value; empty if there is no such setting.
    pub setting: String,
    /// The id of the request in its response, where that has one.
    pub request_id: Option<String>,
}

/// What is noted about a refusal on its way into a reply.
pub(crate) struct Note(#[cfg(feature = "testing")] pub(super) Box<Refused>);

impl Note {
    /// Notes a refusal.
    #[cfg(feature = "testing")]
    pub(crate) fn of(
        refusal: &Refusal,
        profile: Profile,
        remedy: Option<&Remedy>,
        request_id: Option<&str>,
    ) -> Self {
        Self(Box::new(Refused {
            rule: rules::name(refusal),
            section: refusal.section(),
            error: refusal.code(profile),
            description: remedy::description(refusal, remedy),
            right: rules::right(refusal),
            sent: remedy.map(|remedy| remedy.sent.clone()).unwrap_or_default(),
            setting: remedy.map(|remedy| remedy.setting.clone()).unwrap_or_default(),
            request_id: request_id.map(str::to_owned),
        }))
    }

    /// Notes nothing.
    #[cfg(not(feature = "testing"))]
    #[inline(always)]
    pub(crate) fn of(_: &Refusal, _: Profile, _: Option<&Remedy>, _: Option<&str>) -> Self {
        Self()
    }
}
