//! What a token request asks for, and one of a device.

use crate::issuer::check::scope::Asking;
use crate::issuer::check::{audience, authorization_details};
use crate::issuer::config::{Application, Config};
use crate::issuer::endpoint::token::request::TokenRequest;
use crate::issuer::sealed::user_grant::UserGrant;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;

/// What an access token is to be for.
pub(crate) struct Wanted {
    /// The resources that it is for (RFC 8707).
    pub(crate) audience: Vec<String>,
    pub(crate) scope: String,
    /// What it is to allow in detail (RFC 9396).
    pub(crate) details: Vec<String>,
}

/// What a request asks for that nobody has granted before, and the resources that it names. `scope` reads
/// its scope, unless it asks for details alone.
pub(crate) fn first(
    config: &Config,
    application: &Application,
    parameters: &Parameters,
    scope: fn(Option<&str>, Asking<'_>) -> Result<String, Refusal>,
) -> Result<(Wanted, Vec<String>), Refusal> {
    let resources = audience::requested(config, application, parameters)?;
    let details = authorization_details::requested(application, parameters)?;
    let scope = if authorization_details::are_all(&details, application, parameters) {
        String::new()
    } else {
        let asking = Asking { config, application, resources: &resources };
        scope(parameters.value("scope"), asking)?
    };
    let audience = audience::all(config, &resources, &scope);
    Ok((Wanted { audience, scope, details }, resources))
}

/// What a request asks for of what a user has granted. `scope` is the part of that scope that it names.
pub(super) fn of_grant(
    config: &Config,
    TokenRequest { client, parameters, .. }: TokenRequest<'_>,
    user_grant: &UserGrant,
    scope: Option<&str>,
) -> Result<Wanted, Refusal> {
    let application = client.application;
    let granted = (&*user_grant.resources, &*user_grant.scope);
    let (audience, scope) = audience::of_grant(config, application, parameters, granted, scope)?;
    let details = authorization_details::of_grant(application, parameters, &user_grant.details)?;
    Ok(Wanted { audience, scope, details })
}
