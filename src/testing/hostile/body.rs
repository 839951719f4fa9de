//! Changes to a response as a whole.

use crate::http::{Headers, HttpResponse};

use super::case::{Case, Deed};
use super::{json, keys};

/// Makes the change of a case, if it is one of these.
pub(super) fn change(case: &Case, response: &mut HttpResponse) {
    let text = || String::from_utf8_lossy(&response.body).into_owned();
    match case.deed {
        Deed::Member(name, ref edit) => {
            response.body = json::edited(&text(), name, edit, 0).into_bytes();
        }
        Deed::More(more) => response.body = json::extended(&text(), more).into_bytes(),
        Deed::Body(body) => response.body = body.replace("{}", &text()).into_bytes(),
        Deed::Octets(octets) => response.body = octets.to_vec(),
        Deed::Deep(depth) => {
            response.body = ["[".repeat(depth), "]".repeat(depth)].concat().into_bytes();
        }
        Deed::OtherKeys { same_id } | Deed::FormerKeys { same_id } => {
            response.body = keys::replaced(&text(), same_id).into_bytes();
        }
        Deed::KeyMember(name, value) => {
            response.body = keys::with_member(&text(), name, value).into_bytes();
        }
        Deed::KeyBefore => response.body = keys::doubled(&text()).into_bytes(),
        Deed::Field(name, value) => set(response, name, value),
        Deed::Status(status) => response.status = status,
        Deed::Redirect(status) => {
            response.status = status;
            response.body = Vec::new();
            set(response, "location", ELSEWHERE);
        }
        _ => {}
    }
}

/// Gives a header field one value.
pub(super) fn set(response: &mut HttpResponse, name: &str, value: &str) {
    let others = response.headers.iter().filter(|(other, _)| !other.eq_ignore_ascii_case(name));
    let mut headers: Headers = others.collect();
    headers.push(name, value);
    response.headers = headers;
}

/// Where somebody else would receive what the client sends. The name can belong to nobody (RFC 2606 section 2).
const ELSEWHERE: &str = "https://attacker.example/token";
