//! Which requests a fault is meant for.

use crate::testing::facts::Facts;

/// What a request has to be. What is none lets every request through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matcher {
    /// The endpoint, such as `token`.
    pub endpoint: Option<String>,
    /// The grant type.
    pub grant: Option<String>,
    /// The id of the client.
    pub client: Option<String>,
    /// The id of the user.
    pub user: Option<String>,
}

impl Matcher {
    /// Whether it lets a request through.
    #[must_use]
    pub fn matches(&self, facts: &Facts) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| found == Some(wanted))
        };
        is(&self.endpoint, facts.endpoint)
            && is(&self.grant, facts.grant.as_deref())
            && is(&self.client, facts.client.as_deref())
            && is(&self.user, facts.user.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_said_must_fit() {
        let facts = Facts {
            endpoint: Some("token"),
            grant: Some("password".to_owned()),
            client: Some("app_web".to_owned()),
            user: None,
            ..Facts::default()
        };
        let some = |text: &str| Some(text.to_owned());
        let whole = Matcher {
            endpoint: some("token"),
            grant: some("password"),
            client: some("app_web"),
            user: None,
        };
        assert!(Matcher::default().matches(&facts));
        assert!(whole.matches(&facts));
        for other in [
            Matcher { endpoint: some("jwks"), ..whole.clone() },
            Matcher { grant: some("refresh_token"), ..whole.clone() },
            Matcher { client: some("app_spa"), ..whole.clone() },
            Matcher { user: some("user_alice"), ..whole },
        ] {
            assert!(!other.matches(&facts), "{other:?}");
        }
    }
}
