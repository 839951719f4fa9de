//! A browser in which a user signs in.

use super::test_issuer::TestIssuer;
use crate::http::{HttpRequest, HttpResponse};
use crate::issuer::automatic::Automatic;
use crate::testing::control_error::ControlError;
use crate::testing::journal::Filter;

impl TestIssuer {
    /// Opens a URL of the issuer, such as one of an authorization request, as a browser does in which this user signs in
    /// and agrees to everything. It gives the URL to which the browser goes back: the client's callback.
    ///
    /// # Errors
    /// Fails for a user who is not there, for a URL of somebody else, and if a page is shown at which there is nothing to
    /// do, such as that of an error.
    pub fn visit(&self, url: &str, user: &str) -> Result<String, ControlError> {
        let mut controlled = self.shared.lock();
        let before = controlled.automatic().clone();
        let signs_in =
            Automatic { user: Some(user.to_owned()), by_login_hint: false, consent: true };
        controlled.set_automatic(signs_in)?;
        let base = format!("{}/", self.url());
        let (mut url, mut cookies) = (url.to_owned(), Vec::new());
        let mut callback = Err(ControlError::at("url", "the pages lead in circles"));
        for step in 0..STEPS {
            let Some(path) = url.strip_prefix(&base) else {
                let problem = format!("expected a URL of this issuer, which begins with {base}");
                callback = if step == 0 { Err(ControlError::at("url", problem)) } else { Ok(url) };
                break;
            };
            let mut request = HttpRequest::get(format!("{base}{path}"));
            if !cookies.is_empty() {
                request.headers.push("cookie", cookies.join("; "));
            }
            let response = self.shared.answer_by(&mut controlled, &request).response;
            keep(&mut cookies, &response);
            if let Some(next) = response.headers.value("location") {
                url = match next.strip_prefix('/') {
                    Some(path) => format!("{base}{path}"),
                    None => next.to_owned(),
                };
                continue;
            }
            let all = Filter::default();
            let last = controlled.journal().last(&all);
            let reason = last.and_then(|entry| entry.refused.as_ref());
            let reason = reason.map(|refused| format!(": {}", refused.description));
            let reason = reason.unwrap_or_default();
            let problem =
                format!("the browser stays at a page with the status {}{reason}", response.status);
            callback = Err(ControlError::at("url", problem));
            break;
        }
        // Whoever it was before signs in again.
        controlled.set_automatic(before).and(callback)
    }
}

/// Keeps the cookies of a response.
fn keep(cookies: &mut Vec<String>, response: &HttpResponse) {
    for field in response.headers.values("set-cookie") {
        let pair = field.split(';').next().unwrap_or_default();
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let is_it = |kept: &String| kept.split('=').next() == Some(name);
        cookies.retain(|kept| !is_it(kept));
        if !value.is_empty() {
            cookies.push(pair.to_owned());
        }
    }
}

/// The greatest number of pages and redirects on one way.
const STEPS: usize = 12;
