//! The example configuration.

use crate::json::{self, Limits};

use super::bounds::BY_REQUEST;
use super::claims::ClaimValue;
use super::plain::Parts;
use super::read::FromValue;
use super::root::Config;

impl Config {
    /// A ready example for tries and tests: the public single-page application `app_spa`, the
    /// confidential web application `app_web`, the public device `app_device`, the machine client
    /// `app_machine`, and the users `alice` and `bob`. Its secrets are known to everybody.
    ///
    /// ```
    /// let config = eiam_token::issuer::Config::example("http://127.0.0.1:9400");
    /// assert_eq!(config.applications[0].application_id, "app_spa");
    /// ```
    #[must_use]
    pub fn example(base_url: &str) -> Self {
        // Only the URL in the text varies, and a test checks that the text can be read.
        read(&example_json(base_url))
            .unwrap_or_else(|| Self { base_url: base_url.to_owned(), ..Self::blank() })
    }
}

/// The example as JSON. In the file `~` stands for the base URL. Where each request says it, the URLs are
/// those of this machine, and so are the hosts that a request may say.
pub(crate) fn example_json(base_url: &str) -> String {
    if base_url == BY_REQUEST {
        let text = example_json("http://127.0.0.1:9400");
        return text.replacen(
            "http://127.0.0.1:9400\"",
            "request\", \"allowedHosts\": [\"localhost:*\", \"127.0.0.1:*\", \"[::1]:*\"]",
            1,
        );
    }
    let base_url = ClaimValue::String(base_url.trim_end_matches('/').to_owned()).to_json();
    let pieces: Vec<&str> = include_str!("example.json").split('~').collect();
    pieces.join(base_url.trim_matches('"'))
}

fn read(text: &str) -> Option<Config> {
    let value = json::parse(text, Limits::default()).ok()?;
    Config::from_value(ClaimValue::from_json(&value)?, "").ok()
}
