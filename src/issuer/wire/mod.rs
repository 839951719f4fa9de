//! How requests are read and responses are written.

pub(crate) mod asked;
pub(crate) mod authority;
pub(crate) mod bearer;
pub(crate) mod cookies;
pub(crate) mod cors;
pub(crate) mod decision;
pub(crate) mod exchange;
pub(crate) mod language;
pub(crate) mod name;
pub(crate) mod parameters;
pub(crate) mod refusal;
pub(crate) mod remedy;
pub(crate) mod reply;
pub(crate) mod response;
pub(crate) mod route;
#[cfg(feature = "testing")]
pub(crate) mod rules;
pub(crate) mod urls;
