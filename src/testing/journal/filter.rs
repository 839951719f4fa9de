//! Which entries of the journal somebody looks for.

use super::entry::{Decision, Entry};
use crate::issuer::rules;
use crate::testing::facts::ENDPOINTS;

/// What an entry has to be. What is none lets every entry through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// The endpoint, such as `token`.
    pub endpoint: Option<String>,
    /// The id of the client.
    pub client: Option<String>,
    /// The id of the user.
    pub user: Option<String>,
    /// The grant type.
    pub grant: Option<String>,
    /// The rule by which the request was refused.
    pub rule: Option<String>,
    /// The name of a [`Decision`](super::Decision).
    pub decision: Option<String>,
    /// Only entries with a higher number.
    pub after: u64,
}

impl Filter {
    /// The names of what [`Filter::set`] takes.
    pub const NAMES: [&str; 7] =
        ["endpoint", "client", "user", "grant", "rule", "decision", "after"];

    /// Only requests at this endpoint, such as `token`.
    #[must_use]
    pub fn at(endpoint: impl Into<String>) -> Self {
        Self { endpoint: Some(endpoint.into()), ..Self::default() }
    }

    /// Sets what has this name in a query.
    ///
    /// # Errors
    /// Says what is wrong with the name or the value.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let known: Option<Vec<&str>> = match name {
            "endpoint" => Some(ENDPOINTS.to_vec()),
            "decision" => Some(Decision::ALL.map(Decision::name).to_vec()),
            _ => None,
        };
        if let Some(known) = known.filter(|known| !known.contains(&value)) {
            return Err(format!("`{name}` must be one of {}", known.join(", ")));
        }
        if name == "rule" && !rules().iter().any(|rule| rule.name == value) {
            return Err("`rule` must be the name of a rule, such as code_spent".to_owned());
        }
        let place = match name {
            "endpoint" => &mut self.endpoint,
            "client" => &mut self.client,
            "user" => &mut self.user,
            "grant" => &mut self.grant,
            "rule" => &mut self.rule,
            "decision" => &mut self.decision,
            "after" => {
                let problem = "`after` must be the number of an entry, such as 12";
                self.after = value.parse().map_err(|_| problem.to_owned())?;
                return Ok(());
            }
            _ => return Err(format!("the journal is filtered by {}", Self::NAMES.join(", "))),
        };
        *place = Some(value.to_owned());
        Ok(())
    }

    /// Whether it lets an entry through.
    #[must_use]
    pub fn matches(&self, entry: &Entry) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| found == Some(wanted))
        };
        entry.sequence > self.after
            && is(&self.endpoint, entry.endpoint)
            && is(&self.client, entry.client.as_deref())
            && is(&self.user, entry.user.as_deref())
            && is(&self.grant, entry.grant.as_deref())
            && is(&self.rule, entry.refused.as_ref().map(|refused| refused.rule.as_str()))
            && is(&self.decision, Some(entry.decision.name()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::HttpRequest;
    use crate::testing::facts::Facts;

    #[test]
    fn all_that_is_said_must_fit() {
        let facts = Facts {
            endpoint: Some("token"),
            client: Some("app_web".to_owned()),
            grant: Some("password".to_owned()),
            user: Some("user_alice".to_owned()),
            ..Facts::default()
        };
        let mut entry = Entry::of(&facts, &HttpRequest::get("/"), 0);
        entry.sequence = 7;
        let right = [
            ("endpoint", "token"),
            ("client", "app_web"),
            ("user", "user_alice"),
            ("grant", "password"),
            ("decision", "scripted"),
            ("after", "6"),
        ];
        let mut whole = Filter::default();
        assert!(whole.matches(&entry));
        for (name, value) in right {
            whole.set(name, value).unwrap();
            assert!(whole.matches(&entry), "{name}");
        }
        for name in Filter::NAMES {
            let mut filter = Filter::default();
            let other = match name {
                "after" => "7",
                "endpoint" => "jwks",
                "decision" => "granted",
                "rule" => "code_spent",
                _ => "other",
            };
            filter.set(name, other).unwrap();
            assert!(!filter.matches(&entry), "{name}");
        }
    }

    #[test]
    fn a_wrong_filter_says_what_is_right() {
        let mut filter = Filter::default();
        assert_eq!(
            filter.set("x", "y").unwrap_err(),
            "the journal is filtered by endpoint, client, user, grant, rule, decision, after"
        );
        for (name, value, problem) in [
            ("endpoint", "tokne", "`endpoint` must be one of authorize, login, "),
            ("decision", "refuse", "`decision` must be one of granted, shown, refused, scripted"),
            ("rule", "code_spend", "`rule` must be the name of a rule"),
        ] {
            assert!(filter.set(name, value).unwrap_err().starts_with(problem), "{name}");
        }
        for value in ["", "-1", "x", "1.5"] {
            assert!(filter.set("after", value).unwrap_err().contains("number"), "{value}");
        }
    }
}
