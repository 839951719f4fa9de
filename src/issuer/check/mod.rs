//! What a request must be, who sent it, and for whom it counts. Each file has one subject.

pub(crate) mod access_token;
pub(crate) mod audience;
pub(crate) mod authentication;
pub(crate) mod browser;
pub(crate) mod claims;
pub(crate) mod claims_request;
pub(crate) mod client;
pub(crate) mod clock;
pub(crate) mod dpop;
pub(crate) mod guess;
pub(crate) mod id_token_hint;
pub(crate) mod own_page;
pub(crate) mod owner;
pub(crate) mod password;
pub(crate) mod redirect_uri;
pub(crate) mod refresh_token;
pub(crate) mod request_uri;
pub(crate) mod resource_uri;
pub(crate) mod response_mode;
pub(crate) mod response_type;
pub(crate) mod scope;
pub(crate) mod session;
pub(crate) mod source;
pub(crate) mod standing;
pub(crate) mod transaction;
pub(crate) mod user_code;
