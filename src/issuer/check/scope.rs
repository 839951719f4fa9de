//! Which scopes an application may ask for, and which it gets (RFC 6749 section 3.3).

use crate::issuer::config::Application;
use crate::issuer::wire::refusal::Refusal;

/// Asks for a refresh token (OpenID Connect Core section 11). Every application may ask for it. The
/// token endpoint decides whether the application gets one.
pub(crate) const OFFLINE_ACCESS: &str = "offline_access";

/// Asks for an id_token.
pub(crate) const OPENID: &str = "openid";

/// `{resource server}|.all` asks for all scopes that the application has at that resource server.
const ALL: &str = ".all";

/// The single scopes of a scope parameter.
pub(crate) fn items(scope: &str) -> impl Iterator<Item = &str> {
    scope.split(' ').filter(|item| !item.is_empty())
}

/// Whether a scope has this item.
pub(crate) fn contains(scope: &str, wanted: &str) -> bool {
    items(scope).any(|item| item == wanted)
}

/// The scope of a grant by a user. Each item must be a scope of the application. OpenID Connect
/// Core section 3.1.2.1 says that unknown scopes should be ignored, RFC 6749 section 3.3 lets the
/// server choose, and what the service does is not documented. This issuer refuses them, so that
/// the developer sees the mistake.
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

/// The scope of a request that names none: `openid` if the application has it, which is the default
/// of the service's command line; otherwise all scopes of the application.
pub(crate) fn default_of_user(application: &Application) -> String {
    if has(application, OPENID) { OPENID.to_owned() } else { application.scopes.join(" ") }
}

/// The scope of a token that a client gets for itself: items `{resource server}|{scope}` of one
/// resource server. Without a scope parameter it has all such items of the application.
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

/// The scope that a refresh asks for. It may be less than what was granted, and never more.
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

/// Whether two scopes have the same items, in any order.
pub(crate) fn same(left: &str, right: &str) -> bool {
    items(left).all(|item| contains(right, item)) && items(right).all(|item| contains(left, item))
}

/// The resource server of a scope, and the scope without it. They become the audience and the
/// `scope` claim of a JWT access token, as EIAM's validators expect.
pub(crate) fn audience(scope: &str) -> (Option<&str>, String) {
    let server = items(scope).find_map(server_of);
    let names: Vec<_> =
        items(scope).map(|item| item.split_once('|').map_or(item, |(_, name)| name)).collect();
    (server, names.join(" "))
}

/// The resource server of an item, if it has one.
fn server_of(item: &str) -> Option<&str> {
    item.split_once('|').map(|(server, _)| server)
}

/// Whether the application may ask for this item.
fn has(application: &Application, item: &str) -> bool {
    application.scopes.iter().any(|scope| scope == item)
        || item.split_once('|').is_some_and(|(server, name)| {
            name == ALL && application.scopes.iter().any(|scope| server_of(scope) == Some(server))
        })
}

/// Adds an item, or the scopes that it stands for.
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
