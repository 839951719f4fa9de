//! What a test does in the place of users and clients, without pages and without their requests. The
//! issuer's own code does it, so that afterwards all is as if the flow had run.

pub(crate) mod approve;
pub(crate) mod expire;
pub(crate) mod revoke;
pub(crate) mod sign_in;
pub(crate) mod tokens;
mod whom;
