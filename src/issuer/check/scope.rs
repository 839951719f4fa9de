//! Scopes: what may be asked for, and what it becomes (RFC 6749 section 3.3).

use crate::issuer::config::Application;
use crate::issuer::wire::refusal::Refusal;

/// Asks for a refresh token (OpenID Connect Core section 11). Every application may ask; whether it
/// gets one is decided where tokens are made.
pub(crate) const OFFLINE_ACCESS: &str = "offline_access";

/// Asks for an id_token.
pub(crate) const OPENID: &str = "openid";

/// `{resource server}|.all` asks for everything that the application has there.
const ALL: &str = ".all";

/// The single scopes of a scope parameter.
pub(crate) fn items(scope: &str) -> impl Iterator<Item = &str> {
    scope.split(' ').filter(|item| !item.is_empty())
}

pub(crate) fn contains(scope: &str, wanted: &str) -> bool {
    items(scope).any(|item| item == wanted)
}

/// The scope of a grant that a user makes: each item is one that the application has.
/// OpenID Connect Core section 3.1.2.1 would let unknown scopes pass and RFC 6749 section 3.3 lets
/// the server choose; what the service does is not documented. Refusing says what is wrong.
pub(crate) fn of_user(requested: &str, application: &Application) -> Result<String, Refusal> {
    let mut granted: Vec<&str> = Vec::new();
    for item in items(requested) {
        if item != OFFLINE_ACCESS && !has(application, item) {
            return Err(Refusal::ScopeUnknown(item.to_owned()));
        }
        add(item, application, &mut granted);
    }
    Ok(granted.join(" "))
}

/// The scope where the request names none: `openid` if the application has it, as the service's
/// command line asks by default; else all that it has.
pub(crate) fn default_of_user(application: &Application) -> String {
    if has(application, OPENID) { OPENID.to_owned() } else { application.scopes.join(" ") }
}

/// The scope of a client's own token: items of one resource server, `{resource server}|{scope}`.
/// Without a scope parameter it is everything that the application has of resource servers.
pub(crate) fn of_client(
    requested: Option<&str>,
    application: &Application,
) -> Result<String, Refusal> {
    let everything =
        application.scopes.iter().filter(|scope| scope.contains('|')).map(String::as_str);
    let mut granted: Vec<&str> = Vec::new();
    match requested {
        None => granted.extend(everything),
        Some(requested) => {
            for item in items(requested) {
                if item == OFFLINE_ACCESS || (!item.contains('|') && has(application, item)) {
                    return Err(Refusal::ScopeOfUsers(item.to_owned()));
                }
                if !has(application, item) {
                    return Err(Refusal::ScopeUnknown(item.to_owned()));
                }
                add(item, application, &mut granted);
            }
        }
    }
    let mut servers = granted.iter().filter_map(|item| server_of(item));
    if let Some(first) = servers.next()
        && servers.any(|other| other != first)
    {
        return Err(Refusal::ScopeTwoServers);
    }
    Ok(granted.join(" "))
}

/// The part of a grant's scope that a refresh asks for; it may be less and never more.
pub(crate) fn narrowed(requested: &str, granted: &str) -> Result<String, Refusal> {
    let mut kept: Vec<&str> = Vec::new();
    for item in items(requested) {
        if !contains(granted, item) {
            return Err(Refusal::ScopeWidened(item.to_owned()));
        }
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    Ok(kept.join(" "))
}

/// The scope without one of its items.
pub(crate) fn without(scope: &str, unwanted: &str) -> String {
    let kept: Vec<&str> = items(scope).filter(|item| *item != unwanted).collect();
    kept.join(" ")
}

/// Whether two scopes have the same items, in whatever order.
pub(crate) fn same(left: &str, right: &str) -> bool {
    items(left).all(|item| contains(right, item)) && items(right).all(|item| contains(left, item))
}

/// The resource server of the scopes, and the scopes without it: the audience and the `scope` claim
/// of a JWT access token. EIAM: its validators expect them so.
pub(crate) fn audience(scope: &str) -> (Option<&str>, String) {
    let server = items(scope).find_map(server_of);
    let names: Vec<_> =
        items(scope).map(|item| item.split_once('|').map_or(item, |(_, name)| name)).collect();
    (server, names.join(" "))
}

fn server_of(item: &str) -> Option<&str> {
    item.split_once('|').map(|(server, _)| server)
}

fn has(application: &Application, item: &str) -> bool {
    application.scopes.iter().any(|scope| scope == item)
        || item.split_once('|').is_some_and(|(server, name)| {
            name == ALL && application.scopes.iter().any(|scope| server_of(scope) == Some(server))
        })
}

/// Adds what an item stands for.
fn add<'a>(item: &'a str, application: &'a Application, granted: &mut Vec<&'a str>) {
    let expanded = match item.split_once('|') {
        Some((server, ALL)) if !application.scopes.iter().any(|scope| scope == item) => application
            .scopes
            .iter()
            .filter(|scope| server_of(scope) == Some(server))
            .map(String::as_str)
            .collect(),
        _ => vec![item],
    };
    for scope in expanded {
        if !granted.contains(&scope) {
            granted.push(scope);
        }
    }
}
