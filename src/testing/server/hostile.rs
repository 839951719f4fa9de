//! An issuer that misbehaves, so that clients under test can show that they notice.

use super::shared::Shared;
use crate::testing::control_error::ControlError;
use crate::testing::hostile::{Case, Hostile};
use crate::testing::script::Times;

/// Ways to misbehave.
#[derive(Clone, Copy, Debug)]
pub struct HostileCases<'a> {
    shared: &'a Shared,
}

impl<'a> HostileCases<'a> {
    pub(super) fn new(shared: &'a Shared) -> Self {
        Self { shared }
    }

    /// All that there are, each with what a correct client does about it.
    #[must_use]
    pub fn catalogue(self) -> &'static [Case] {
        Hostile::catalogue()
    }

    /// Misbehaves by the case of this name, such as `alg_none`, from now on.
    ///
    /// # Errors
    /// Fails for a name that no case has, and names those that begin alike.
    pub fn be(self, name: &str) -> Result<(), ControlError> {
        self.be_times(name, Times::Always)
    }

    /// The same for so many responses.
    ///
    /// # Errors
    /// Fails for a name that no case has.
    pub fn be_times(self, name: &str, times: Times) -> Result<(), ControlError> {
        let begun = self.shared.lock().hostile_mut().activate(name, times);
        begun.map_err(|problem| ControlError::missing("case", problem + &alike(name)))
    }

    /// The names of those by which it misbehaves, each with how often it still will; none for always.
    #[must_use]
    pub fn active(self) -> Vec<(&'static str, Option<u64>)> {
        self.shared.lock().hostile().active().collect()
    }

    /// Behaves again.
    pub fn end(self) {
        self.shared.lock().hostile_mut().clear();
    }
}

/// The names of the cases that begin with the same word, as the end of a sentence.
fn alike(name: &str) -> String {
    let word = |name: &str| name.split('_').next().map(str::to_owned);
    let names = Hostile::catalogue().iter().map(|case| case.name);
    let found: Vec<_> = names.filter(|other| word(other) == word(name)).collect();
    if found.is_empty() { String::new() } else { format!(", such as {}", found.join(", ")) }
}
