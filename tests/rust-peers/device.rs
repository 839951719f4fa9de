//! A device asks for its codes.

use std::time::Duration;

use openidconnect::core::{CoreClient, CoreDeviceAuthorizationResponse, CoreProviderMetadata};
use openidconnect::{ClientId, ClientSecret, DeviceAuthorizationUrl, IssuerUrl, Scope};

use crate::{Refused, Wanted, http};

/// What a device shows, and how long it waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Codes {
    /// Where the user goes.
    pub verification_uri: String,
    /// How long the codes are valid.
    pub expires_in: Duration,
    /// How long it waits between two polls.
    pub interval: Duration,
}

/// Asks for the codes. The crate does not read where from out of the metadata, so that is said here.
///
/// # Errors
/// Fails as soon as the crate refuses something.
pub async fn begin(wanted: &Wanted, endpoint: &str) -> Result<Codes, Refused> {
    const AT: &str = "device_authorization";
    let http = http();
    let name = IssuerUrl::new(wanted.issuer.clone()).map_err(|it| Refused::at("discovery")(&it))?;
    let metadata = CoreProviderMetadata::discover_async(name, &http).await;
    let metadata = metadata.map_err(|it| Refused::at("discovery")(&it))?;
    let endpoint = DeviceAuthorizationUrl::new(endpoint.to_owned());
    let endpoint = endpoint.map_err(|it| Refused::at(AT)(&it))?;
    let secret = wanted.client_secret.clone().map(ClientSecret::new);
    let id = ClientId::new(wanted.client_id.clone());
    let client = CoreClient::from_provider_metadata(metadata, id, secret)
        .set_device_authorization_url(endpoint);
    let scopes = wanted.scopes.iter().cloned().map(Scope::new);
    let asked = client.exchange_device_code().add_scopes(scopes).request_async(&http).await;
    let codes: CoreDeviceAuthorizationResponse = asked.map_err(|it| Refused::at(AT)(&it))?;
    Ok(Codes {
        verification_uri: codes.verification_uri().to_string(),
        expires_in: codes.expires_in(),
        interval: codes.interval(),
    })
}
