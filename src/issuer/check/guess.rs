//! Who made a guess at a password or at a user code.
//!
//! A browser in which somebody signed in has a cookie that says so (a device cookie, as OWASP calls
//! it). Its guesses at that user have a count of their own, which strangers cannot use up. All
//! other guesses are counted by user and source. Guesses at client secrets are not counted, because
//! those are long random strings.

use crate::issuer::check::client::Client;
use crate::issuer::check::source;
use crate::issuer::sealed::cookie::BrowserCookie;
use crate::issuer::state::throttle::{Guesser, Stranger};
use crate::issuer::vault::Vault;

/// The number by which guesses at the password of this username are counted.
pub(crate) fn username_number(vault: &Vault, username: &str) -> u64 {
    vault.number_of("name", &[username.as_bytes()])
}

/// Who guesses at the password of this username: a person in a browser, who may have its cookie, or
/// a client that asks for a person.
pub(crate) fn of_password(
    vault: &Vault,
    source: Option<&str>,
    username: &str,
    cookie: Option<BrowserCookie>,
    client: Option<&Client<'_>>,
) -> Guesser {
    let target = username_number(vault, username);
    if let Some(cookie) = cookie.filter(|cookie| cookie.known.contains(&target)) {
        let own = vault.number_of("known", &[&target.to_be_bytes(), &cookie.id.to_be_bytes()]);
        return Guesser { own, owner: target, stranger: None };
    }
    // An authenticated client asks for many people, so it is the source, and not its address.
    let proved = client.filter(|client| client.authenticated);
    let owner = match proved {
        Some(client) => vault.client_number(client.id()),
        None => source_number(vault, source),
    };
    let own = vault.number_of("stranger", &[&target.to_be_bytes(), &owner.to_be_bytes()]);
    let stranger = Stranger { counts_source: proved.is_none(), target: Some(target) };
    Guesser { own, owner, stranger: Some(stranger) }
}

/// Who guesses at user codes. Anybody can get a new browser cookie at no cost, so a browser counts
/// as part of its source. A browser in which somebody signed in counts for that user, wherever it
/// is.
pub(crate) fn of_user_code(
    vault: &Vault,
    source: Option<&str>,
    cookie: Option<BrowserCookie>,
) -> Guesser {
    if let Some(user) = cookie.as_ref().and_then(|cookie| cookie.known.last()) {
        return Guesser { own: *user, owner: *user, stranger: None };
    }
    let owner = source_number(vault, source);
    // All requests of a source without our cookie count as one browser, so nobody gains by leaving
    // it out.
    let browser = cookie.map_or(0, |cookie| cookie.id);
    let own = vault.number_of("browser", &[&browser.to_be_bytes(), &owner.to_be_bytes()]);
    let stranger = Stranger { counts_source: true, target: None };
    Guesser { own, owner, stranger: Some(stranger) }
}

/// The number by which the guesses of a network are counted.
fn source_number(vault: &Vault, source: Option<&str>) -> u64 {
    vault.number_of("source", &[&source::network(source)])
}
