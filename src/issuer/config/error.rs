//! What is wrong with a configuration.

use core::fmt;

/// What is wrong with a configuration, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    pub(super) path: String,
    pub(super) problem: String,
}

impl ConfigError {
    /// A problem with the value at `path`.
    pub(crate) fn new(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { path: path.into(), problem: problem.into() }
    }

    /// A problem with a key of the object at `path`.
    #[cold]
    #[inline(never)]
    pub(super) fn below(path: &str, key: &str, problem: &str) -> Self {
        Self::new(join(path, key), problem)
    }

    /// A problem with an item of a list in the object at `path`.
    #[cold]
    #[inline(never)]
    pub(super) fn item(path: &str, list: &str, index: usize, problem: &str) -> Self {
        Self::below(path, &format!("{list}[{index}]"), problem)
    }

    /// The same problem, at this place in the parent.
    #[cold]
    #[inline(never)]
    pub(crate) fn within(mut self, place: &str) -> Self {
        self.path = join(place, &self.path);
        self
    }

    /// The same problem with the value at this path. One with the whole configuration needs a path too.
    pub(crate) fn of_all(self, path: &str) -> Self {
        let error = self.within(path);
        if error.path.is_empty() { error.within("configuration") } else { error }
    }

    /// The key that is wrong, such as `applications[0].redirectUris[1]`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What is wrong with it and what would be right.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.problem)
    }
}

impl core::error::Error for ConfigError {}

/// Joins a path and a path below it.
pub(super) fn join(path: &str, below: &str) -> String {
    let dot = if path.is_empty() || below.is_empty() || below.starts_with('[') { "" } else { "." };
    format!("{path}{dot}{below}")
}
