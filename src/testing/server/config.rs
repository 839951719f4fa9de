//! The configuration of a test that says nothing.

use crate::issuer::Config;

/// The clients `web`, `spa`, `device` and `machine`, and the users `alice` and `bob`, as they are in JavaScript.
pub(super) fn usual(base_url: &str) -> Config {
    // Only the URL in the text varies, and a test checks that the text can be read.
    let text = include_str!("config.json").replacen('~', base_url, 1);
    Config::read(&mut serde_json::Deserializer::from_str(&text))
        .unwrap_or_else(|_| Config::example(base_url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_ready_clients_and_users() {
        let config = usual("http://127.0.0.1:9400");
        let clients: Vec<_> = config.applications.iter().map(|one| &one.application_id).collect();
        assert_eq!(clients, ["web", "spa", "device", "machine"]);
        let users: Vec<_> = config.users.iter().map(|one| &one.username).collect();
        assert_eq!(users, ["alice", "bob"]);
        config.check().unwrap();
    }
}
