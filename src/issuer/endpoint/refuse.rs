//! The response to a refused request.

use crate::issuer::directory::Directory;
use crate::issuer::pages::Pages;
use crate::issuer::sealed::random::Random;
use crate::issuer::wire::bearer;
use crate::issuer::wire::decision::Note;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::remedy;
use crate::issuer::wire::reply::Reply;
use crate::issuer::wire::response::{self, Scheme};
use crate::issuer::wire::route::Endpoint;

/// Says why a request is refused, on a page or as JSON.
pub(crate) fn refuse(
    directory: &Directory,
    random: &mut Random,
    pages: &Pages,
    exchange: &Exchange<'_>,
    refusal: &Refusal,
) -> Reply {
    let profile = exchange.profile;
    let request_id = random.uuid();
    let remedy = remedy::of_request(directory, exchange, refusal);
    let note = Note::of(refusal, profile, remedy.as_ref(), Some(&request_id));
    if exchange.endpoint.is_page() {
        let language = exchange.language();
        let page = pages.refusal(language, refusal, remedy.as_ref(), profile, &request_id);
        return note.on(page.into());
    }
    // A message that the service documents must not change, so the remedy gets a member of its own.
    let (told, beside) = match remedy {
        Some(remedy) if refusal.is_documented() => (None, Some(remedy.to_text())),
        remedy => (remedy, None),
    };
    let description = remedy::description(refusal, told.as_ref());
    let scheme = match exchange.endpoint {
        Endpoint::UserInfo if bearer::is_proved(exchange.request) || refusal.is_about_proof() => {
            Scheme::Dpop
        }
        Endpoint::UserInfo => Scheme::Bearer("userinfo"),
        Endpoint::Register | Endpoint::ClientConfiguration => {
            Scheme::Bearer(response::REGISTRATION)
        }
        _ if exchange.authorization().is_some() => Scheme::Basic,
        _ => Scheme::None,
    };
    let beside = beside.as_deref();
    let response = response::refusal(refusal, &description, beside, profile, scheme, &request_id);
    note.on(response.into())
}
