//! The device flow except for its polls, which are at the token endpoint (RFC 8628).

pub(crate) mod authorization;
pub(crate) mod decision;
pub(crate) mod user_code_form;
