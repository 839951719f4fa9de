//! Whether the user is asked for consent.

use crate::issuer::check::session::CurrentSession;
use crate::issuer::config::{Application, Consent};
use crate::issuer::sealed::authorization_request::AuthorizationRequest;

/// Whether the user is asked before this client gets what it requests.
pub(crate) fn is_asked(
    application: &Application,
    request: &AuthorizationRequest,
    current: &CurrentSession,
) -> bool {
    request.ask_consent
        || match application.consent {
            Consent::Skip => false,
            Consent::Once => {
                !current.session.has_consented(&application.application_id, &request.consent_key())
            }
            Consent::Always => true,
        }
}
