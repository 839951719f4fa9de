//! What the metadata of a client make of it, with the present configuration.

use crate::issuer::check::client_id_url;
use crate::issuer::check::client_metadata::{ClientMetadata, Source};
use crate::issuer::config::Config;
use crate::issuer::directory::Directory;
use crate::issuer::directory::registered::{Knowledge, RegisteredClient, RemoteKeys};
use crate::json::{self, Limits};

/// Makes a client what its metadata say.
pub(crate) fn apply(metadata: ClientMetadata, client: &mut RegisteredClient) {
    let ClientMetadata { mut application, jwks_uri, text, .. } = metadata;
    application.application_id = core::mem::take(&mut client.application.application_id);
    match &client.knowledge {
        Knowledge::Registration(registered) => {
            application.client_secrets = registered.secret.iter().cloned().collect();
        }
        Knowledge::Document { .. } => {
            // People decide by the host, which nobody can choose as they like
            // (draft-ietf-oauth-client-id-metadata-document section 6).
            let host = client_id_url::host(&application.application_id);
            application.name = match &*application.name {
                "" => host.to_owned(),
                name => [name, " (", host, ")"].concat(),
            };
        }
    }
    client.application = application;
    client.remote_keys = jwks_uri.map(|url| RemoteKeys { url, fresh_until: i64::MIN });
    client.metadata = text;
}

/// Makes all clients that were read from records what they were. A client that the present
/// configuration would not take is kept, and disabled as long as that is so.
pub(crate) fn apply_all(directory: &mut Directory) {
    let (config, registered) = directory.registered_mut();
    registered.for_each(|client| {
        match read_again(config, client) {
            Some(metadata) => apply(metadata, client),
            None => client.application.disabled = true,
        }
        false
    });
}

fn read_again(config: &Config, client: &RegisteredClient) -> Option<ClientMetadata> {
    let object = json::parse_object(&client.metadata, Limits::default()).ok()?;
    // The metadata say how it authenticates.
    let source = Source { object: &object, statement: None, usual_method: "none" };
    ClientMetadata::read(config, source).ok()
}
