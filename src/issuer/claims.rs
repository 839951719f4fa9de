//! What is said about a user (OpenID Connect Core sections 5.1 and 5.4).

use crate::json::ObjectWriter;

use super::config::User;
use super::scope;

/// Writes the claims that the scopes let out. Claims that no standard scope covers are the
/// instance's own and always told, as the service does with its custom claims.
pub(crate) fn write(user: &User, granted: &str, object: &mut ObjectWriter) {
    for (name, value) in &user.claims.0 {
        let scope = SCOPES.iter().find(|(_, claims)| claims.contains(&name.as_str()));
        if scope.is_none_or(|(scope, _)| scope::contains(granted, scope)) {
            object.raw(name, &value.to_json());
        }
    }
    let named = user.claims.0.iter().any(|(name, _)| name == USERNAME);
    if !named && scope::contains(granted, "profile") {
        object.string(USERNAME, &user.username);
    }
}

/// Every claim that a user of ours may come with, for the metadata.
pub(crate) fn of_scopes<'a>(scopes: &'a [String]) -> impl Iterator<Item = &'static str> + 'a {
    SCOPES
        .iter()
        .filter(|(scope, _)| scopes.iter().any(|other| other == scope))
        .flat_map(|(_, claims)| claims.iter().copied())
}

const USERNAME: &str = "preferred_username";

/// OpenID Connect Core section 5.4.
const SCOPES: [(&str, &[&str]); 4] = [
    (
        "profile",
        &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("address", &["address"]),
    ("phone", &["phone_number", "phone_number_verified"]),
];
