//! Which claims about a user are told (OpenID Connect Core sections 5.1 and 5.4).

use crate::json::ObjectWriter;

use crate::issuer::check::custom_claims::Told;
use crate::issuer::check::scope;
use crate::issuer::config::User;

/// Writes the claims that the granted scopes allow, and those that were requested by name
/// (`requested`, separated by spaces). Claims that no standard scope covers are the instance's own.
/// They are told wherever claims are told, as the service does with its custom claims. `told` are the
/// claims that are told anyway, and in place of others with the same names.
pub(crate) fn write(
    user: &User,
    granted: &str,
    requested: &str,
    told: &Told,
    object: &mut ObjectWriter,
) {
    let is_due = |name: &str| {
        !told.has(name)
            && (scope::contains(requested, name)
                || match scope_of(name) {
                    Some(scope) => scope::contains(granted, scope),
                    None => !granted.is_empty(),
                })
    };
    for (name, value) in user.claims.0.iter().filter(|(name, _)| is_due(name)) {
        object.raw(name, &value.to_json());
    }
    if is_due(USERNAME) && user.claims.0.iter().all(|(name, _)| name != USERNAME) {
        object.string(USERNAME, &user.username);
    }
    told.write(object);
}

/// The standard scope that allows a claim; none for a claim of the instance's own.
pub(crate) fn scope_of(claim: &str) -> Option<&'static str> {
    SCOPES.iter().find(|(_, claims)| claims.contains(&claim)).map(|(scope, _)| *scope)
}

/// The standard claims of these scopes, for the metadata.
pub(crate) fn of_scopes(scopes: &[&str]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for (scope, claims) in SCOPES {
        if scopes.contains(&scope) {
            names.extend_from_slice(claims);
        }
    }
    names
}

/// The claim that is told even where a user's claims do not contain it.
const USERNAME: &str = "preferred_username";

/// The standard scopes with their claims (OpenID Connect Core section 5.4).
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_that_lets_claims_out_is_about_a_user() {
        assert!(SCOPES.iter().all(|(name, _)| scope::is_about_user(name)));
    }
}
