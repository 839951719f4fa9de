//! Answers that a test writes: failures, changed responses and faults of the connection, for the requests that they
//! are meant for.

mod answer;
mod approve;
mod change;
mod fault;
mod matcher;
mod read;
pub(crate) mod routes;

pub use answer::Answer;
pub use change::Change;
pub use fault::{Fault, Times};
pub use matcher::Matcher;

pub(crate) use answer::reply;
pub(crate) use approve::approve_device;
pub(crate) use read::{ALWAYS, read_times};

use crate::testing::facts::Facts;

/// The faults of a test, in the order in which they were added. For each request the first that fits is used, and
/// no other.
#[derive(Clone, Debug, Default)]
pub struct Script {
    faults: Vec<Fault>,
    /// How many have been added.
    count: u64,
}

impl Script {
    /// How many faults there can be at once.
    pub const MAX_FAULTS: usize = 1_000;

    /// Adds a fault behind the others, and gives its number.
    ///
    /// # Errors
    /// Fails if there are [`Script::MAX_FAULTS`] already.
    pub fn add(&mut self, mut fault: Fault) -> Result<u64, String> {
        if self.faults.len() >= Self::MAX_FAULTS {
            return Err(format!("there are {} faults already: clear them", Self::MAX_FAULTS));
        }
        self.count = self.count.saturating_add(1);
        fault.id = self.count;
        self.faults.push(fault);
        Ok(self.count)
    }

    /// The faults, those that are used up included, so that a test can see how often each was used.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Removes all faults.
    pub fn clear(&mut self) {
        self.faults.clear();
    }

    /// Removes the fault of this number; false if there is none.
    pub fn remove(&mut self, id: u64) -> bool {
        let before = self.faults.len();
        self.faults.retain(|fault| fault.id != id);
        self.faults.len() < before
    }

    /// The fault for a request, which is used once more now. A preflight uses up nothing, because no program sends
    /// it of its own.
    pub(crate) fn take(&mut self, facts: &Facts) -> Option<Fault> {
        if facts.method == "OPTIONS" {
            return None;
        }
        for fault in &mut self.faults {
            if fault.is_left() && fault.matcher.matches(facts) && fault.is_due() {
                fault.used = fault.used.saturating_add(1);
                return Some(fault.clone());
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fault(json: serde_json::Value) -> Fault {
        Fault::from_json(&json).unwrap()
    }

    fn at(endpoint: &'static str) -> Facts {
        Facts { endpoint: Some(endpoint), method: "POST", ..Facts::default() }
    }

    fn taken(script: &mut Script, facts: &Facts, count: usize) -> Vec<u64> {
        (0..count).map(|_| script.take(facts).map_or(0, |fault| fault.id)).collect()
    }

    #[test]
    fn the_first_that_fits_is_used_as_often_as_it_says() {
        let mut script = Script::default();
        for json in [
            json!({ "endpoint": "token", "fail": 503, "times": 2 }),
            json!({ "endpoint": "jwks", "drop": true, "times": "always" }),
            json!({ "fail": 500 }),
            json!({ "endpoint": "token", "fail": "slow_down" }),
        ] {
            script.add(fault(json)).unwrap();
        }
        assert_eq!(taken(&mut script, &at("token"), 5), [1, 1, 3, 4, 0]);
        assert_eq!(taken(&mut script, &at("jwks"), 3), [2, 2, 2]);
        assert_eq!(taken(&mut script, &at("userinfo"), 1), [0]);
        let used: Vec<_> = script.faults().iter().map(|fault| fault.used).collect();
        assert_eq!(used, [2, 3, 1, 1]);
    }

    #[test]
    fn requests_before_it_pass() {
        let mut script = Script::default();
        script.add(fault(json!({ "endpoint": "token", "after": 2, "fail": 503 }))).unwrap();
        assert_eq!(taken(&mut script, &at("userinfo"), 3), [0, 0, 0]);
        assert_eq!(taken(&mut script, &at("token"), 4), [0, 0, 1, 0]);
    }

    #[test]
    fn a_preflight_uses_up_nothing() {
        let mut script = Script::default();
        script.add(fault(json!({ "fail": 503 }))).unwrap();
        let preflight = Facts { method: "OPTIONS", ..at("token") };
        assert_eq!(taken(&mut script, &preflight, 2), [0, 0]);
        assert_eq!(taken(&mut script, &at("token"), 2), [1, 0]);
    }

    #[test]
    fn there_are_only_so_many_and_numbers_do_not_come_back() {
        let mut script = Script::default();
        for _ in 0..Script::MAX_FAULTS {
            script.add(fault(json!({ "drop": true }))).unwrap();
        }
        assert!(script.add(fault(json!({ "drop": true }))).unwrap_err().contains("clear them"));
        assert!(script.remove(1));
        assert!(!script.remove(1));
        assert_eq!(script.add(fault(json!({ "drop": true }))), Ok(1_001));
        script.clear();
        assert_eq!(script.add(fault(json!({ "drop": true }))), Ok(1_002));
    }
}
