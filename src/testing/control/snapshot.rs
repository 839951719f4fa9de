//! Everything that the issuer remembers, to take along and to go on with.

use crate::base64url;
use crate::issuer::Reply;
use crate::issuer::config::FromValue;
use crate::issuer::config::plain::{objects, parts};
use crate::json::ObjectWriter;
use crate::testing::acts::tokens::NoTokens;
use crate::testing::control::body;
use crate::testing::control::call::Call;
use crate::testing::control::reply::{done, json};
use crate::testing::control::time::Time;
use crate::testing::control_error::ControlError;
use crate::testing::controlled::Controlled;

/// A snapshot in JSON.
#[derive(Clone, Debug, Default)]
struct Taken {
    /// The snapshot, in base64url.
    snapshot: String,
    now: Option<Time>,
    frozen: bool,
}

parts!(Taken = Self::default();
    needs snapshot,
    takes now,
    takes frozen,
);
objects!(Taken);

/// Takes a snapshot. It holds the key that seals all tokens.
pub(super) fn take(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    let mut object = ObjectWriter::new();
    object
        .string("snapshot", &base64url::encode(&controlled.snapshot()))
        .integer("now", controlled.time(call.host))
        .boolean("frozen", controlled.clock().is_frozen());
    Ok(json(object.finish()))
}

/// Goes on from a snapshot.
pub(super) fn load(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    let value = body::value(call, MAX_SNAPSHOT)?;
    let taken = Taken::from_value(value, body::PATH).map_err(ControlError::from)?;
    if taken.frozen && taken.now.is_none() {
        let problem = "missing: the clock that is \"frozen\" needs the time at which it stands";
        return Err(ControlError::at("body.now", problem).into());
    }
    let path = "body.snapshot";
    let bytes = base64url::decode(&taken.snapshot)
        .map_err(|_| ControlError::at(path, "expected base64url without padding"))?;
    controlled.load(&bytes).map_err(|error| ControlError::at(path, error.to_string()))?;
    if let Some(Time(now)) = taken.now {
        let clock = controlled.clock_mut();
        clock.run(call.host);
        clock.set(now, call.host);
        if taken.frozen {
            clock.freeze(now);
        }
    }
    Ok(done())
}

/// The largest body, in octets: no other request has as large a one.
pub(crate) const MAX_SNAPSHOT: usize = 16 * 1024 * 1024;
