//! Whose guess at a password or at a user code it is.
//!
//! A browser in which somebody signed in has a cookie that says so, a device cookie as OWASP describes
//! it: for that user it has a count of its own, which strangers cannot fill. All others are counted by
//! user and source. Guesses at client secrets are not counted: those are long random strings.

use super::client::Client;
use super::store::{Guesser, Stranger};
use super::{Exchange, Issuer, source};

impl Issuer {
    /// Who guesses at the password of this name: a person in a browser, or a client for one.
    pub(crate) fn password_guesser(
        &self,
        exchange: &Exchange<'_>,
        username: &str,
        in_browser: bool,
        client: Option<&Client>,
    ) -> Guesser {
        let target = self.number_of("name", &[username.as_bytes()]);
        let cookie = if in_browser { self.browser_cookie(exchange) } else { None };
        if let Some(cookie) = cookie.filter(|cookie| cookie.known.contains(&target)) {
            let own = self.number_of("known", &[&target.to_be_bytes(), &cookie.id.to_be_bytes()]);
            return Guesser { own, owner: target, stranger: None };
        }
        // A client that proved who it is asks for many people: it is their source.
        let proved = client.filter(|client| client.authenticated);
        let owner = match proved {
            Some(client) => self.client_owner(client.id()),
            None => self.source_owner(exchange),
        };
        let own = self.number_of("stranger", &[&target.to_be_bytes(), &owner.to_be_bytes()]);
        let stranger = Stranger { counts_source: proved.is_none(), target: Some(target) };
        Guesser { own, owner, stranger: Some(stranger) }
    }

    /// Who guesses at user codes. Everybody gets a new browser for nothing, so a browser counts within
    /// its source; one in which somebody signed in counts for that user, wherever they are.
    pub(crate) fn user_code_guesser(&self, exchange: &Exchange<'_>) -> Guesser {
        let cookie = self.browser_cookie(exchange);
        if let Some(user) = cookie.as_ref().and_then(|cookie| cookie.known.last()) {
            return Guesser { own: *user, owner: *user, stranger: None };
        }
        let owner = self.source_owner(exchange);
        // All requests without our cookie are of one browser: none is gained by leaving it out.
        let browser = cookie.map_or(0, |cookie| cookie.id);
        let own = self.number_of("browser", &[&browser.to_be_bytes(), &owner.to_be_bytes()]);
        let stranger = Stranger { counts_source: true, target: None };
        Guesser { own, owner, stranger: Some(stranger) }
    }

    fn source_owner(&self, exchange: &Exchange<'_>) -> u64 {
        self.number_of("source", &[&source::network(exchange.request.source.as_deref())])
    }
}
