//! What the issuer remembers, and how it outlives the process.

pub(crate) mod changes;
pub(crate) mod collection;
pub(crate) mod collections;
pub(crate) mod device_request;
pub(crate) mod epochs;
pub(crate) mod expiring;
pub(crate) mod grant_record;
pub(crate) mod host_session;
pub(crate) mod journal;
pub(crate) mod logouts;
pub(crate) mod order;
pub(crate) mod pushed_request;
pub(crate) mod restore;
pub(crate) mod session;
pub(crate) mod shares;
pub(crate) mod snapshot;
pub(crate) mod store;
pub(crate) mod throttle;
pub(crate) mod used_id;
