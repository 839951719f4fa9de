//! The clock: what it shows, and how it goes on.

use crate::issuer::Reply;
use crate::issuer::config::ClaimValue;
use crate::issuer::config::plain::{FromPlain, Problem, objects, parts};
use crate::json::ObjectWriter;
use crate::testing::acts::tokens::NoTokens;
use crate::testing::clock::LATEST;
use crate::testing::control::body;
use crate::testing::control::call::Call;
use crate::testing::control::reply::json;
use crate::testing::control::time::{Duration, Time};
use crate::testing::control_error::ControlError;
use crate::testing::controlled::Controlled;

/// How the clock is to go on: exactly one of these.
#[derive(Clone, Debug, Default)]
struct Change {
    freeze: Option<Freeze>,
    advance: Option<Duration>,
    set: Option<Time>,
    run: Option<bool>,
}

parts!(Change = Self::default();
    takes freeze,
    takes advance,
    takes set,
    takes run,
);
objects!(Change);

/// When the clock stands still: now, or at a time.
#[derive(Clone, Copy, Debug)]
enum Freeze {
    Now,
    At(Time),
}

impl FromPlain for Freeze {
    fn from_plain(value: ClaimValue) -> Result<Self, Problem> {
        match value {
            ClaimValue::Bool(true) => Ok(Self::Now),
            ClaimValue::Bool(false) => Err(Problem::new(
                "expected true or a time; \"run\" lets the clock go on".to_owned(),
            )),
            time => Time::from_plain(time).map(Self::At),
        }
    }
}

/// Says what time it is.
pub(super) fn show(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    let mut object = ObjectWriter::new();
    object
        .integer("now", controlled.time(call.host))
        .boolean("frozen", controlled.clock().is_frozen());
    Ok(json(object.finish()))
}

/// Changes it.
pub(super) fn change(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    let now = controlled.time(call.host);
    let clock = controlled.clock_mut();
    match body::read::<Change>(call)? {
        Change { freeze: Some(freeze), advance: None, set: None, run: None } => {
            clock.freeze(match freeze {
                Freeze::Now => now,
                Freeze::At(Time(at)) => at,
            });
        }
        Change { freeze: None, advance: Some(Duration(seconds)), set: None, run: None } => {
            if now.saturating_add(seconds) > LATEST {
                let problem = "the time would be after the year 9999";
                return Err(ControlError::at("body.advance", problem).into());
            }
            clock.advance(seconds);
        }
        Change { freeze: None, advance: None, set: Some(Time(at)), run: None } => {
            clock.set(at, call.host);
        }
        Change { freeze: None, advance: None, set: None, run: Some(true) } => clock.run(call.host),
        _ => {
            let problem = "expected exactly one of \"freeze\" (true or a time), \"advance\" (a duration), \
                           \"set\" (a time) and \"run\" (true)";
            return Err(ControlError::at(body::PATH, problem).into());
        }
    }
    show(controlled, call)
}
