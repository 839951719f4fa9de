//! The contents of codes, tokens, cookies and the hidden fields of forms. Each has a file.

pub(crate) mod access_token;
pub(crate) mod authorization_request;
pub(crate) mod challenge;
pub(crate) mod code;
pub(crate) mod context;
pub(crate) mod cookie;
pub(crate) mod device_code;
pub(crate) mod dpop_nonce;
pub(crate) mod exchanged;
pub(crate) mod random;
pub(crate) mod refresh_token;
pub(crate) mod sealer;
pub(crate) mod transaction;
pub(crate) mod user_grant;
