//! Changes to the page that submits the response to a client as a form (OAuth 2.0 Form Post Response Mode).

use crate::form::{self, Limits};

use super::case::Edit;

/// What stands before the name of a field. The page has no other hidden fields than the parameters.
const FIELD: &str = "<input type=\"hidden\" name=\"";
const VALUE: &str = "\" value=\"";
const END: &str = "\">";

/// Whether it is a page that submits this parameter.
pub(super) fn submits(page: &str, name: &str) -> bool {
    page.contains(&[FIELD, name, VALUE].concat())
}

/// The value of a parameter as it stands in the page; none if it is not there.
pub(super) fn value<'a>(page: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = page.split_once(&[FIELD, name, VALUE].concat())?;
    Some(rest.split_once(END)?.0)
}

/// The page with the parameter changed.
pub(super) fn edited(page: &str, name: &str, edit: &Edit) -> String {
    let start = [FIELD, name, VALUE].concat();
    let found = page.split_once(&start).and_then(|(before, rest)| {
        let (value, after) = rest.split_once(END)?;
        Some((before, value, after))
    });
    let Some((before, value, after)) = found else {
        return match edit {
            Edit::Set(text) => extended(page, name, &text.replace("{}", "")),
            _ => page.to_owned(),
        };
    };
    let value = match edit {
        Edit::Remove => return [before, after].concat(),
        // What the cases set has no character that HTML escapes.
        Edit::Set(text) => text.replace("{}", value),
        Edit::Append(text) => [value, text].concat(),
        Edit::Time(_) => value.to_owned(),
    };
    [before, &start, &value, END, after].concat()
}

/// The page with the parameters of a query more.
pub(super) fn with_more(page: &str, query: &str) -> String {
    let pairs = form::parse(query, Limits::default()).unwrap_or_default();
    pairs.iter().fold(page.to_owned(), |page, (name, value)| extended(&page, name, value))
}

/// The page with a field behind those that it has.
fn extended(page: &str, name: &str, value: &str) -> String {
    let end = page.rfind(FIELD).and_then(|at| {
        let (_, rest) = page.split_at(at);
        Some(at + rest.find(END)? + END.len())
    });
    match end {
        Some(at) => {
            let (before, after) = page.split_at(at);
            [before, FIELD, name, VALUE, value, END, after].concat()
        }
        None => page.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_field_changes() {
        let field = |name: &str, value: &str| [FIELD, name, VALUE, value, END].concat();
        let (code, iss) = (field("code", "c"), field("iss", "b"));
        let page = format!("<form>{code} {iss}</form>");
        assert!(submits(&page, "code") && !submits(&page, "c"));
        assert_eq!((value(&page, "iss"), value(&page, "c")), (Some("b"), None));
        for (name, edit, expected) in [
            ("iss", Edit::Remove, format!("<form>{code} </form>")),
            ("iss", Edit::Set("d"), format!("<form>{code} {}</form>", field("iss", "d"))),
            ("code", Edit::Append("/"), format!("<form>{} {iss}</form>", field("code", "c/"))),
            ("x", Edit::Set("y"), format!("<form>{code} {iss}{}</form>", field("x", "y"))),
            ("x", Edit::Remove, page.clone()),
        ] {
            assert_eq!(edited(&page, name, &edit), expected);
        }
        let more = with_more(&page, "a=1&b=x%2Fy");
        let expected = [field("a", "1"), field("b", "x/y")].concat();
        assert_eq!(more, format!("<form>{code} {iss}{expected}</form>"));
        assert_eq!(with_more("", "a=1"), "");
    }
}
