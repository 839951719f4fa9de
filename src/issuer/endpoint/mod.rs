//! The endpoints. Each is a function, whose parameters say what it needs.

pub(crate) mod access_claims;
pub(crate) mod ask;
pub(crate) mod authorize;
#[cfg(feature = "testing")]
pub(crate) mod automatic;
pub(crate) mod decision_form;
mod denial;
pub(crate) mod device;
pub(crate) mod discovery;
pub(crate) mod index;
pub(crate) mod introspect;
pub(crate) mod jwks;
pub(crate) mod login_form;
pub(crate) mod logout;
pub(crate) mod par;
pub(crate) mod refuse;
pub(crate) mod register;
pub(crate) mod revoke;
pub(crate) mod sign_out_form;
pub(crate) mod token;
pub(crate) mod userinfo;
