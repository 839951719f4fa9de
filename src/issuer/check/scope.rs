//! Which scopes an application may ask for, and which it gets (RFC 6749 section 3.3).

use crate::issuer::config::{Application, Config};
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

/// Whose scopes are asked for, and for what.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub(crate) config: &'a Config,
    pub(crate) application: &'a Application,
    /// The resources that the request names (RFC 8707); empty if it names none.
    pub(crate) resources: &'a [String],
}

/// The scope of a grant by a user. Each item must be a scope of the application. OpenID Connect
/// Core section 3.1.2.1 says that unknown scopes should be ignored, RFC 6749 section 3.3 lets the
/// server choose, and what the service does is not documented. This issuer refuses them, so that
/// the developer sees the mistake. A request that names no scope gets the application's default, if
/// it has one.
pub(crate) fn of_user(requested: Option<&str>, asking: Asking<'_>) -> Result<String, Refusal> {
    match (stated(requested), &asking.application.default_scope) {
        (Some(requested), _) => asking.granted(requested, Asking::resolve),
        (None, Some(default)) => Ok(asking.of_resources(items(default))),
        (None, None) => Err(Refusal::ScopeMissing),
    }
}

/// The same for requests that need not name a scope. If the application has no default, they get
/// `openid` if the application has it, which is the default of the service's command line; otherwise
/// all scopes of the application.
pub(crate) fn of_user_or_usual(
    requested: Option<&str>,
    asking: Asking<'_>,
) -> Result<String, Refusal> {
    if stated(requested).is_some() || asking.application.default_scope.is_some() {
        return of_user(requested, asking);
    }
    let own = &asking.application.scopes;
    if own.iter().any(|scope| scope == OPENID) {
        return Ok(OPENID.to_owned());
    }
    Ok(asking.of_resources(own.iter().map(String::as_str)))
}

/// The scope of a token that a client gets for itself (RFC 6749 section 4.4.2). A request that names
/// no scope gets the application's default, otherwise all of its scopes, in both cases without those
/// that are about a user.
pub(crate) fn of_client(requested: Option<&str>, asking: Asking<'_>) -> Result<String, Refusal> {
    let Asking { application, resources, .. } = asking;
    let scope = match (stated(requested), &application.default_scope) {
        (Some(requested), _) => asking.granted(requested, |asking, item| {
            let resolved = asking.resolve(item)?;
            if is_about_user(item) {
                return Err(Refusal::ScopeOfUsers(item.to_owned()));
            }
            Ok(resolved)
        })?,
        (None, Some(default)) => asking.of_resources(items(default).filter(is_about_nobody)),
        (None, None) => {
            let own = application.scopes.iter().map(String::as_str);
            asking.of_resources(own.filter(is_about_nobody))
        }
    };
    // RFC 9068 section 3: scopes of several resource servers should be refused if the request does not
    // name the resources. EIAM: the service's own client refuses them too.
    if resources.is_empty() && servers(asking.config, &scope).len() > 1 {
        return Err(Refusal::ScopeTwoServers);
    }
    Ok(scope)
}

/// What an access token grants that is exchanged.
pub(crate) struct Subject<'a> {
    pub(crate) scope: &'a str,
    pub(crate) audience: &'a [String],
}

/// The scope of a token that is given for another one (RFC 8693 section 2.1). It is never more than the
/// application may ask for, and has no more of what the former token is for, nor of what is about its user.
/// For a resource that the former token was not for, the application's scopes there count. A request that
/// names no scope gets as much as that, but nothing new unless it names a resource.
pub(crate) fn of_exchange(
    requested: Option<&str>,
    former: &Subject<'_>,
    asking: Asking<'_>,
) -> Result<String, Refusal> {
    let had =
        |scope: &str| items(former.scope).any(|one| one == scope || asking.is_same(one, scope));
    let is_elsewhere = |scope: &str| {
        let servers: Vec<&str> = match server_of(scope) {
            Some(server) => vec![server],
            None => listing(asking.config, scope).collect(),
        };
        !servers.is_empty()
            && !is_about_user(scope)
            && servers.iter().all(|server| former.audience.iter().all(|one| one != server))
    };
    let Some(requested) = stated(requested) else {
        let named = !asking.resources.is_empty();
        let own = asking.application.scopes.iter().map(String::as_str);
        return Ok(asking.of_resources(own.filter(|one| had(one) || (named && is_elsewhere(one)))));
    };
    asking.granted(requested, |asking, item| {
        let resolved = asking.resolve(item)?;
        if item == OFFLINE_ACCESS || !resolved.iter().all(|one| had(one) || is_elsewhere(one)) {
            return Err(Refusal::ScopeOfSubject(item.to_owned()));
        }
        Ok(resolved)
    })
}

/// The scope that a refresh asks for. It may be less than what was granted, and never more.
pub(crate) fn narrowed(
    requested: &str,
    granted: &str,
    asking: Asking<'_>,
) -> Result<String, Refusal> {
    let mut kept: Vec<&str> = Vec::new();
    for item in items(requested) {
        let known = granted_as(item, granted, asking.resources);
        let mut known = known.filter(|granted| asking.is_for(granted)).peekable();
        if known.peek().is_none() {
            let item = item.to_owned();
            return Err(if contains(granted, &item) {
                Refusal::ScopeOfOtherResource(item)
            } else {
                Refusal::ScopeWidened(item)
            });
        }
        for granted in known {
            push(&mut kept, granted);
        }
    }
    Ok(kept.join(" "))
}

/// The granted scopes that an item of a refresh means: the item itself, or its other spelling with one
/// of these resources.
fn granted_as<'a>(
    item: &'a str,
    granted: &'a str,
    resources: &'a [String],
) -> impl Iterator<Item = &'a str> {
    items(granted).filter(move |granted| {
        *granted == item
            || granted.split_once('|').is_some_and(|(server, name)| {
                name == item && resources.iter().any(|resource| resource == server)
            })
    })
}

/// The part of a scope that is for the resources of a request. If the request names none, it is the
/// whole scope.
pub(crate) fn for_resources(scope: &str, asking: Asking<'_>) -> String {
    asking.of_resources(items(scope))
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

/// The resources that scopes are for, none twice: those that they name, and those that alone list them
/// (RFC 9068 section 3).
pub(crate) fn servers<'a>(config: &'a Config, scope: &'a str) -> Vec<&'a str> {
    let mut servers = Vec::new();
    for item in items(scope) {
        let server = server_of(item).or_else(|| {
            let mut lists = listing(config, item);
            lists.next().filter(|_| lists.next().is_none())
        });
        if let Some(server) = server {
            push(&mut servers, server);
        }
    }
    servers
}

/// The resources of the configuration that list a scope.
fn listing<'a>(config: &'a Config, scope: &'a str) -> impl Iterator<Item = &'a str> {
    let lists = config.resources.iter();
    lists
        .filter(move |one| one.scopes.iter().any(|name| name == scope))
        .map(|one| one.identifier.as_str())
}

/// Scopes as those for whom a token is read them. EIAM: validators expect them without their resource
/// server, which is the audience. With several audiences nothing else says whose they are, so there
/// they stay.
pub(crate) fn names(scope: &str, audience: &[String]) -> String {
    let mut names = Vec::new();
    for item in items(scope) {
        push(
            &mut names,
            match item.split_once('|') {
                Some((_, name)) if audience.len() < 2 => name,
                _ => item,
            },
        );
    }
    names.join(" ")
}

/// The resource servers that a scope names, none twice.
pub(crate) fn named_servers(scope: &str) -> impl Iterator<Item = &str> {
    let named = items(scope).filter_map(server_of).enumerate();
    let is_first = move |place: usize, server: &str| {
        items(scope).filter_map(server_of).take(place).all(|other| other != server)
    };
    named.filter_map(move |(place, server)| is_first(place, server).then_some(server))
}

/// The server of `{server}|{scope}`.
pub(crate) fn server_of(item: &str) -> Option<&str> {
    item.split_once('|').map(|(server, _)| server)
}

/// Whether a scope is about a user, so that a token without one has no use of it.
pub(crate) fn is_about_user(item: &str) -> bool {
    OF_USERS.contains(&item)
}

/// OpenID Connect Core sections 5.4 and 11.
const OF_USERS: [&str; 6] = [OPENID, OFFLINE_ACCESS, "profile", "email", "address", "phone"];

fn is_about_nobody(item: &&str) -> bool {
    !is_about_user(item)
}

/// The scope that a request states; none if it states nothing (RFC 6749 section 3.3).
fn stated(requested: Option<&str>) -> Option<&str> {
    requested.filter(|requested| items(requested).next().is_some())
}

fn push<'a>(list: &mut Vec<&'a str>, item: &'a str) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// What one item of a request stands for.
type Resolved<'a> = Vec<std::borrow::Cow<'a, str>>;

impl<'a> Asking<'a> {
    /// All that the items of a request stand for, none twice.
    fn granted<'r>(
        self,
        requested: &'r str,
        resolve: impl Fn(Self, &'r str) -> Result<Resolved<'r>, Refusal>,
    ) -> Result<String, Refusal>
    where
        'a: 'r,
    {
        let mut granted: Resolved<'r> = Vec::new();
        for item in items(requested) {
            for scope in resolve(self, item)? {
                if !granted.contains(&scope) {
                    granted.push(scope);
                }
            }
        }
        Ok(granted.join(" "))
    }

    /// What an item stands for. A scope of one resource has two spellings: `identifier|scope`, and the
    /// scope beside the parameter `resource`. What the application has in one it may ask for in both.
    fn resolve<'r>(self, item: &'r str) -> Result<Resolved<'r>, Refusal>
    where
        'a: 'r,
    {
        let own = || self.application.scopes.iter().map(String::as_str);
        let has = |wanted: &str| own().any(|scope| scope == wanted);
        let mut found: Resolved<'r> = Vec::new();
        if item == OFFLINE_ACCESS || has(item) {
            found.push(item.into());
        } else if let Some((server, name)) = item.split_once('|') {
            if name == ALL {
                let of_server = own().filter(|scope| server_of(scope) == Some(server));
                found.extend(of_server.map(Into::into));
            } else if has(name) && listing(self.config, name).any(|one| one == server) {
                found.push(item.into());
            }
        } else {
            let with_server = self.resources.iter().map(|server| format!("{server}|{item}"));
            found.extend(with_server.filter(|scope| has(scope)).map(Into::into));
        }
        if found.is_empty() {
            return Err(Refusal::ScopeUnknown(item.to_owned()));
        }
        found.retain(|scope| self.is_for(scope));
        if found.is_empty() {
            return Err(Refusal::ScopeOfOtherResource(item.to_owned()));
        }
        Ok(found)
    }

    /// Those of these scopes that are for the resources of the request.
    fn of_resources<'r>(self, scopes: impl Iterator<Item = &'r str>) -> String {
        let kept: Vec<_> = scopes.filter(|scope| self.is_for(scope)).collect();
        kept.join(" ")
    }

    /// Whether a scope is for one of the resources of the request, or for whatever it is used at.
    fn is_for(self, scope: &str) -> bool {
        self.resources.is_empty()
            || match server_of(scope) {
                Some(server) => self.names(server),
                None => {
                    let mut lists = listing(self.config, scope).peekable();
                    lists.peek().is_none() || lists.any(|identifier| self.names(identifier))
                }
            }
    }

    /// Whether two scopes are spellings of one: with the resource that lists it, and without.
    fn is_same(self, one: &str, other: &str) -> bool {
        let spells = |long: &str, short: &str| {
            long.split_once('|').is_some_and(|(server, name)| {
                name == short && listing(self.config, short).any(|known| known == server)
            })
        };
        spells(one, other) || spells(other, one)
    }

    fn names(self, server: &str) -> bool {
        self.resources.iter().any(|resource| resource == server)
    }
}
