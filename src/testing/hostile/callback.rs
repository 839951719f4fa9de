//! Changes to what brings a browser back to the client.

use crate::form::{self, Limits};
use crate::http::HttpResponse;

use super::case::{Case, Deed, Edit};
use super::{body, json, page};

/// Makes the change of a case, if it is one of these: to the URL, or to the page that takes its place.
pub(super) fn change(case: &Case, response: &mut HttpResponse) {
    let text = || String::from_utf8_lossy(&response.body).into_owned();
    let location = response.headers.value("location").map(str::to_owned);
    match (&case.deed, location) {
        (Deed::Parameter(name, edit), Some(location)) => {
            body::set(response, "location", &edited(&location, name, edit));
        }
        (Deed::Parameter(name, edit), None) => {
            response.body = page::edited(&text(), name, edit).into_bytes();
        }
        (Deed::MoreParameters(more), Some(location)) => {
            body::set(response, "location", &format!("{location}&{more}"));
        }
        (Deed::MoreParameters(more), None) => {
            response.body = page::with_more(&text(), more).into_bytes();
        }
        _ => {}
    }
}

/// A parameter whose characters are escaped nowhere, in the URL or in the page; none if it is not there.
pub(super) fn parameter(response: &HttpResponse, name: &str) -> Option<String> {
    let Some(location) = response.headers.value("location") else {
        return page::value(&String::from_utf8_lossy(&response.body), name).map(str::to_owned);
    };
    let start = format!("{name}=");
    let mut pairs = location.split(['?', '#', '&']);
    pairs.find_map(|pair| pair.strip_prefix(&start)).map(str::to_owned)
}

/// Puts the claims of a signed response in its place.
pub(super) fn unsign(response: &mut HttpResponse, claims: &str) {
    let mut query = form::Encoder::new();
    for name in ["code", "state", "iss"] {
        if let Some(value) = json::text(claims, name) {
            query.pair(name, &value);
        }
    }
    let query = query.finish();
    match response.headers.value("location").map(str::to_owned) {
        Some(location) => {
            let rest = edited(&location, "response", &Edit::Remove);
            body::set(response, "location", &[&rest, "&", &query].concat());
        }
        None => {
            let text = String::from_utf8_lossy(&response.body).into_owned();
            let page = page::with_more(&text, &query);
            response.body = page::edited(&page, "response", &Edit::Remove).into_bytes();
        }
    }
}

/// The URL with this parameter changed, in its fragment or else in its query.
fn edited(location: &str, name: &str, edit: &Edit) -> String {
    let Some(at) = location.find('#').or_else(|| location.find('?')) else {
        return location.to_owned();
    };
    let (start, rest) = location.split_at(at);
    let mut characters = rest.chars();
    let separator = characters.next().unwrap_or('?');
    let pairs = form::parse(characters.as_str(), Limits::default()).unwrap_or_default();
    let mut encoder = form::Encoder::after(format!("{start}{separator}"));
    let mut is_there = false;
    for (key, value) in pairs {
        is_there |= key == name;
        match edit {
            Edit::Remove if key == name => {}
            Edit::Set(text) if key == name => {
                encoder.pair(name, &text.replace("{}", &value));
            }
            Edit::Append(text) if key == name => {
                encoder.pair(name, &format!("{value}{text}"));
            }
            _ => {
                encoder.pair(&key, &value);
            }
        }
    }
    if let (false, Edit::Set(text)) = (is_there, edit) {
        encoder.pair(name, &text.replace("{}", ""));
    }
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_parameter_changes() {
        for (location, edit, expected) in [
            ("https://a/?x=1&iss=b&y=2", Edit::Remove, "https://a/?x=1&y=2"),
            ("https://a/?x=1&iss=b", Edit::Set("c d"), "https://a/?x=1&iss=c+d"),
            ("https://a/?x=1", Edit::Set("c"), "https://a/?x=1&iss=c"),
            ("https://a/?x=1#iss=b", Edit::Append("/"), "https://a/?x=1#iss=b%2F"),
            ("https://a/", Edit::Remove, "https://a/"),
        ] {
            assert_eq!(edited(location, "iss", &edit), expected);
        }
    }
}
