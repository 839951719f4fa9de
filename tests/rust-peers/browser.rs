//! A browser for an issuer that signs its user in by itself.

use openidconnect::reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use openidconnect::url::Url;

use crate::http;

/// Opens a URL, follows redirects, and gives the first URL that begins with `redirect_uri`.
///
/// # Errors
/// Fails if a page is shown, which nobody would read, and after too many redirects.
pub async fn open(url: &str, redirect_uri: &str) -> Result<String, String> {
    let http = http();
    let mut url = Url::parse(url).map_err(|error| error.to_string())?;
    let mut cookies: Vec<String> = Vec::new();
    for _ in 0..STEPS {
        let request = http.get(url.clone()).header(COOKIE, cookies.join("; "));
        let response = request.send().await.map_err(|error| error.to_string())?;
        for field in response.headers().get_all(SET_COOKIE) {
            let field = field.to_str().map_err(|error| error.to_string())?;
            let pair = field.split(';').next().unwrap_or_default();
            let name = |pair: &str| pair.split('=').next().map(str::to_owned);
            cookies.retain(|kept| name(kept) != name(pair));
            cookies.push(pair.to_owned());
        }
        let Some(next) = response.headers().get(LOCATION) else {
            return Err(format!(
                "the browser stays at a page with the status {}",
                response.status()
            ));
        };
        let next = next.to_str().map_err(|error| error.to_string())?;
        url = url.join(next).map_err(|error| error.to_string())?;
        if url.as_str().starts_with(redirect_uri) {
            return Ok(url.into());
        }
    }
    Err("the redirects do not end".to_owned())
}

/// The greatest number of redirects.
const STEPS: usize = 12;
