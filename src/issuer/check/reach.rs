//! Which access tokens a client may do something with, beside using them: introspect them, or exchange them.

use crate::issuer::check::{access_token, audience};
use crate::issuer::config::{Config, Introspects};
use crate::issuer::sealed::access_token::AccessToken;

/// Whether an access token is within a client's reach: it was given the token itself, or the token is for a
/// resource of its own, or for an audience that the configuration says.
pub(crate) fn reaches(
    config: &Config,
    client: &str,
    reach: &Introspects,
    token: &AccessToken,
) -> bool {
    let is_own =
        |one: &String| audience::resource(config, one).is_some_and(|it| it.is_run_by(client));
    token.client == client
        || token.audience.iter().any(is_own)
        || match reach {
            Introspects::Own => false,
            Introspects::All => true,
            Introspects::Audiences(list) => {
                let audience = access_token::effective_audience(config, token);
                audience.iter().any(|one| list.contains(one))
            }
        }
}
