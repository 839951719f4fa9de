//! An issuer that misbehaves on purpose: named cases of what attackers and broken servers send, and what a correct
//! client does about each.

mod body;
mod callback;
mod case;
mod catalogue;
mod fit;
mod json;
mod keys;
mod logout;
mod page;
pub(crate) mod routes;
mod token;

pub(crate) use case::Seen;
pub use case::{Case, Place};

use crate::http::HttpResponse;
use crate::issuer::Reply;
use crate::issuer::jose::jwk::PublicJwk;
use crate::testing::script::Times;
use crate::testing::transport::Transport;

/// The cases that are active.
#[derive(Clone, Debug, Default)]
pub struct Hostile {
    active: Vec<Active>,
}

/// A case that is active.
#[derive(Clone, Debug)]
struct Active {
    case: &'static Case,
    times: Times,
    used: u64,
}

impl Active {
    fn is_left(&self) -> bool {
        match self.times {
            _ if self.case.is_once() => self.used == 0,
            Times::Always => true,
            Times::Count(count) => self.used < u64::from(count),
        }
    }
}

impl Hostile {
    /// All cases that there are.
    #[must_use]
    pub fn catalogue() -> &'static [Case] {
        catalogue::CASES
    }

    /// Activates the case of this name, for so many responses to which it can happen. If it is active already, this
    /// replaces it.
    ///
    /// # Errors
    /// Fails for a name that no case has.
    pub fn activate(&mut self, name: &str, times: Times) -> Result<(), String> {
        let case = catalogue::CASES.iter().find(|case| case.name == name);
        let problem = || "there is no hostile case of this name: see the list of all".to_owned();
        let case = case.ok_or_else(problem)?;
        self.active.retain(|active| active.case.name != name);
        self.active.push(Active { case, times, used: 0 });
        Ok(())
    }

    /// The names of the cases that are still active, each with how often it will still happen; none for always.
    pub fn active(&self) -> impl Iterator<Item = (&'static str, Option<u64>)> {
        self.active.iter().filter(|active| active.is_left()).map(|active| {
            let left = match active.times {
                _ if active.case.is_once() => Some(1),
                Times::Always => None,
                Times::Count(count) => Some(u64::from(count).saturating_sub(active.used)),
            };
            (active.case.name, left)
        })
    }

    /// Ends all cases.
    pub fn clear(&mut self) {
        self.active.clear();
    }

    /// Makes the changes that come before the signatures, and says which cases happen to this response. Each of them
    /// is used once more now.
    pub(crate) fn begin(&mut self, reply: &mut Reply, seen: &Seen<'_>) -> Vec<&'static Case> {
        let cases = self.use_up(|case| case.happens_to(reply, seen));
        for case in &cases {
            token::before_signing(case, reply, seen);
        }
        cases
    }

    /// The active cases that happen now. Each of them is used once more.
    fn use_up(&mut self, happens: impl Fn(&Case) -> bool) -> Vec<&'static Case> {
        let mut cases = Vec::new();
        for active in &mut self.active {
            if active.is_left() && happens(active.case) {
                active.used = active.used.saturating_add(1);
                cases.push(active.case);
            }
        }
        cases
    }
}

/// Makes the changes that come after the signatures, and says what the host does to the response. `key` is the one
/// that signs.
pub(crate) fn finish(
    cases: &[&'static Case],
    response: &mut HttpResponse,
    key: Option<&PublicJwk>,
) -> Vec<Transport> {
    let mut transport = Vec::new();
    for case in cases {
        token::after_signing(case, response, key);
        body::change(case, response);
        callback::change(case, response);
        transport.extend(case.transport());
    }
    transport
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_many_cases_and_each_says_what_is_right() {
        let cases = Hostile::catalogue();
        assert!(cases.len() >= 60, "{}", cases.len());
        for (index, case) in cases.iter().enumerate() {
            let is_plain =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            assert!(case.name.bytes().all(is_plain), "{}", case.name);
            assert!(
                cases.iter().skip(index + 1).all(|other| other.name != case.name),
                "{}",
                case.name
            );
            for text in [case.change, case.expect] {
                assert!(text.ends_with('.') && !text.contains("  "), "{}: {text}", case.name);
            }
            let origins = ["RFC ", "OpenID Connect ", "JARM ", "WHATWG "];
            assert!(origins.iter().any(|origin| case.section.starts_with(origin)), "{}", case.name);
        }
    }

    #[test]
    fn a_case_ends_when_it_is_used_up() {
        let mut hostile = Hostile::default();
        hostile.activate("keys_empty", Times::Count(2)).unwrap();
        hostile.activate("metadata_no_json", Times::Always).unwrap();
        hostile.activate("keys_empty", Times::Count(1)).unwrap();
        let active: Vec<_> = hostile.active().collect();
        assert_eq!(active, [("metadata_no_json", None), ("keys_empty", Some(1))]);
        let seen = Seen { endpoint: Some("jwks"), now: 5, key: None };
        let mut names = Vec::new();
        for _ in 0..2 {
            let mut reply: Reply = HttpResponse::new(200, "{\"keys\":[]}").into();
            names.extend(hostile.begin(&mut reply, &seen).iter().map(|case| case.name));
        }
        assert_eq!(names, ["keys_empty"]);
        assert_eq!(hostile.active().collect::<Vec<_>>(), [("metadata_no_json", None)]);
        hostile.clear();
        assert_eq!(hostile.active().count(), 0);
        assert!(hostile.activate("x", Times::Always).unwrap_err().contains("no hostile case"));
    }
}
