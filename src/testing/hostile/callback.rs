//! Changes to the URL by which a browser comes back to the client.

use crate::form::{self, Limits};
use crate::http::{Headers, HttpResponse};

use super::case::{Case, Deed, Edit};

/// Makes the change of a case, if it is one of these.
pub(super) fn change(case: &Case, response: &mut HttpResponse) {
    let edit = |location: &str| match case.deed {
        Deed::Parameter(name, ref edit) => Some(edited(location, name, edit)),
        Deed::MoreParameters(more) => Some(format!("{location}&{more}")),
        _ => None,
    };
    let Some(location) = response.headers.value("location").and_then(edit) else {
        return;
    };
    let others = response.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("location"));
    let mut headers: Headers = others.collect();
    headers.push("location", location);
    response.headers = headers;
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
