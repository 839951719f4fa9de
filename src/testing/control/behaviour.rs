//! How the issuer behaves to those who are tested, and what came of it: the journal, faults and hostile cases.

use serde_json::Value;

use crate::form::{self, Limits};
use crate::http::Method;
use crate::issuer::Reply;
use crate::issuer::wire::parameters::MAX_BODY;
use crate::issuer::wire::response;
use crate::testing::acts::tokens::NoTokens;
use crate::testing::control::body;
use crate::testing::control::call::Call;
use crate::testing::control::reply::{done, json};
use crate::testing::control_error::ControlError;
use crate::testing::controlled::Controlled;
use crate::testing::routed::{Asked, Routed};
use crate::testing::{hostile as cases, journal as entries, script};

/// The journal: `GET`, `PUT` and `DELETE journal`.
pub(super) fn journal(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    answer(call, |asked| entries::routes::answer(controlled.journal_mut(), asked))
}

/// Faults: `GET`, `POST` and `DELETE faults`, and `DELETE faults/1`.
pub(super) fn faults(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    answer(call, |asked| script::routes::answer(controlled.script_mut(), asked))
}

/// Hostile cases: `GET`, `POST` and `DELETE hostile`.
pub(super) fn hostile(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    answer(call, |asked| cases::routes::answer(controlled.hostile_mut(), asked))
}

/// Where something is wrong: problems with a member begin with its name.
fn place_of(problem: &str, place: &str) -> String {
    let member = problem.strip_prefix('`').and_then(|rest| rest.split_once('`'));
    member.map_or(place.to_owned(), |(name, _)| format!("{place}.{name}"))
}

/// Reads what a route is asked, and says what it answers.
fn answer(call: &Call<'_>, route: impl FnOnce(&Asked<'_>) -> Routed) -> Result<Reply, NoTokens> {
    // It refuses what is too large, and names that are there twice.
    body::value(call, MAX_BODY)?;
    let body: Value = serde_json::from_slice(call.body).unwrap_or_default();
    let query = form::parse(call.query, Limits::default())
        .map_err(|error| ControlError::at("query", error.to_string()))?;
    let asked = Asked {
        method: call.method,
        rest: call.path.split_once('/').map_or("", |(_, rest)| rest),
        query: &query,
        body: &body,
        text: call.text,
    };
    let place = if call.method == Method::Get { "query" } else { body::PATH };
    match route(&asked) {
        Routed::Json(value) => Ok(json(value.to_string())),
        Routed::Text(text) => {
            Ok(response::not_stored(200, "text/plain;charset=UTF-8", text).into())
        }
        Routed::Created(value) => Ok(response::json(201, value.to_string()).into()),
        Routed::Done => Ok(done()),
        Routed::Wrong(problem) => Err(ControlError::at(&place_of(&problem, place), problem).into()),
        Routed::Missing => {
            Err(ControlError::missing("path", "there is no fault with this number").into())
        }
    }
}
