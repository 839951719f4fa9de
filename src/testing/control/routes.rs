//! The table of all control requests.

use crate::http::Method;
use crate::issuer::Reply;
use crate::testing::acts::tokens::NoTokens;
use crate::testing::control::call::Call;
use crate::testing::control::{
    acts, automatic, behaviour, clients, clock, snapshot, status, users,
};
use crate::testing::control_error::ControlError;
use crate::testing::controlled::Controlled;

/// What answers requests of one method.
type Answer = fn(&mut Controlled, &Call<'_>) -> Result<Reply, NoTokens>;

/// A path below `/_control/`, and what answers there. A segment `{id}` stands for any text.
struct Route {
    path: &'static str,
    answers: &'static [(Method, Answer)],
}

const ROUTES: &[Route] = &[
    Route { path: status::HEALTH, answers: &[(Method::Get, status::health)] },
    Route { path: "clock", answers: &[(Method::Get, clock::show), (Method::Post, clock::change)] },
    Route { path: "users", answers: &[(Method::Get, users::list)] },
    Route {
        path: "users/{id}",
        answers: &[
            (Method::Get, users::show),
            (Method::Put, users::put),
            (Method::Delete, users::remove),
        ],
    },
    Route { path: "clients", answers: &[(Method::Get, clients::list)] },
    Route {
        path: "clients/{id}",
        answers: &[
            (Method::Get, clients::show),
            (Method::Put, clients::put),
            (Method::Delete, clients::remove),
        ],
    },
    Route { path: acts::TOKENS, answers: &[(Method::Post, acts::tokens)] },
    Route { path: "sign-in", answers: &[(Method::Post, acts::sign_in)] },
    Route { path: "approve", answers: &[(Method::Post, acts::approve)] },
    Route { path: "expire", answers: &[(Method::Post, acts::expire)] },
    Route { path: "revoke-all", answers: &[(Method::Post, acts::revoke_all)] },
    Route {
        path: "automatic",
        answers: &[
            (Method::Get, automatic::show),
            (Method::Put, automatic::put),
            (Method::Delete, automatic::clear),
        ],
    },
    Route {
        path: "journal",
        answers: &[
            (Method::Get, behaviour::journal),
            (Method::Put, behaviour::journal),
            (Method::Delete, behaviour::journal),
        ],
    },
    Route {
        path: "faults",
        answers: &[
            (Method::Get, behaviour::faults),
            (Method::Post, behaviour::faults),
            (Method::Delete, behaviour::faults),
        ],
    },
    Route { path: "faults/{id}", answers: &[(Method::Delete, behaviour::faults)] },
    Route {
        path: "hostile",
        answers: &[
            (Method::Get, behaviour::hostile),
            (Method::Post, behaviour::hostile),
            (Method::Delete, behaviour::hostile),
        ],
    },
    Route { path: "reset", answers: &[(Method::Post, status::reset)] },
    Route {
        path: "snapshot",
        answers: &[(Method::Get, snapshot::take), (Method::Put, snapshot::load)],
    },
];

/// The methods and paths of all control requests, the paths below `/_control/`, with `{id}` for what differs.
pub fn control_routes() -> impl Iterator<Item = (Method, &'static str)> {
    ROUTES.iter().flat_map(|route| route.answers.iter().map(|(method, _)| (*method, route.path)))
}

/// Hands a request to what answers it.
pub(crate) fn dispatch(controlled: &mut Controlled, call: &Call<'_>) -> Result<Reply, NoTokens> {
    let Some(route) = ROUTES.iter().find(|route| fits(route.path, call.path)) else {
        let paths: Vec<_> = ROUTES.iter().map(|route| route.path).collect();
        let problem =
            format!("there is no such path below /_control/: there are {}", paths.join(", "));
        return Err(ControlError::missing("path", problem).into());
    };
    if let Some((_, answer)) = route.answers.iter().find(|(method, _)| *method == call.method) {
        return answer(controlled, call);
    }
    let methods: Vec<_> = route.answers.iter().map(|(method, _)| method.name()).collect();
    let methods = methods.join(", ");
    let problem = format!("this path takes {methods} only");
    let refused = ControlError { status: 405, path: None, ..ControlError::at("", problem) };
    Ok(refused.response().header("allow", methods).into())
}

/// Whether a path is one of a route.
fn fits(route: &str, path: &str) -> bool {
    let (mut route, mut path) = (route.split('/'), path.split('/'));
    loop {
        match (route.next(), path.next()) {
            (None, None) => return true,
            (Some("{id}"), Some(id)) if !id.is_empty() => {}
            (Some(one), Some(other)) if one == other => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_in_braces_is_any_text() {
        for (route, path, is_it) in [
            ("users/{id}", "users/alice", true),
            ("users/{id}", "users/", false),
            ("users/{id}", "users", false),
            ("users/{id}", "users/a/b", false),
            ("users", "users", true),
            ("users", "users/", false),
        ] {
            assert_eq!(fits(route, path), is_it, "{route} {path}");
        }
    }
}
