//! The issuer from outside: requests in, answers out. One file for each endpoint or concern, tests
//! named after the section of the specification, or the fact of the service, that they check.
#![cfg(all(feature = "issuer", not(target_arch = "wasm32")))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the helpers of tests fail as tests do"
)]

mod assertions;
mod authorization;
mod authorization_code;
mod authorization_details;
mod backchannel_logout;
mod changes;
mod claims_grants;
mod claims_parameter;
mod client_authentication;
mod client_credentials;
mod client_documents;
mod configuration;
mod conformance_basic;
mod conformance_discovery;
mod conformance_fapi2;
mod conformance_logout;
mod cookies;
mod cors;
mod custom_claims;
mod device;
mod dpop;
mod dpop_grants;
mod fapi2;
mod floods;
mod flows;
mod guesses;
mod guidance;
mod implicit;
mod introspection;
mod jwt_access_tokens;
mod jwt_responses;
mod keys;
mod languages;
mod lifetimes;
mod limits;
mod locate;
mod logout;
mod loopback_redirects;
mod metadata;
mod model;
mod names;
mod pages;
mod pairwise;
mod parameters;
mod password;
mod pushed_requests;
mod refresh_token;
mod registered_requests;
mod registration;
mod registry;
mod request_objects;
mod resource_servers;
mod resources;
mod response_modes;
mod revocation;
mod robustness;
mod routing;
mod safeguards;
mod scopes;
mod sentences;
mod signatures;
mod signed_userinfo;
mod signing;
mod snapshot;
mod step_up;
mod support;
mod threats;
mod token_exchange;
mod token_formats;
mod trusted_issuers;
mod userinfo;
