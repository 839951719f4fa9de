//! Whom access tokens are for, and what they are like there (RFC 8707, RFC 9068 section 3).

use crate::issuer::check::resource_uri;
use crate::issuer::check::scope::{self, Asking};
use crate::issuer::config::{AccessTokenFormat, Application, Config, Resource};
use crate::issuer::jose::algorithm::SigningAlgorithm;
use crate::issuer::wire::authority::Authority;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;

/// The resources that a request names (RFC 8707 section 2), as the configuration spells them, none twice.
pub(crate) fn requested(
    config: &Config,
    application: &Application,
    parameters: &Parameters,
) -> Result<Vec<String>, Refusal> {
    let mut resources: Vec<String> = Vec::new();
    for value in parameters.values("resource") {
        if !resource_uri::is_identifier(value) {
            return Err(Refusal::TargetMalformed);
        }
        let identifier = known(config, application, value)
            .ok_or_else(|| Refusal::TargetUnknown(value.to_owned()))?;
        add(&mut resources, identifier);
    }
    check_count(&resources)?;
    Ok(resources)
}

/// Adds what a request names by the parameter `audience` (RFC 8693 section 2.1): a resource as the parameter
/// `resource` names it, or an application, which stands for the resources that it runs.
pub(crate) fn add_logical(
    config: &Config,
    application: &Application,
    parameters: &Parameters,
    resources: &mut Vec<String>,
) -> Result<(), Refusal> {
    for value in parameters.values("audience") {
        let run = config.resources.iter().filter(|one| one.is_run_by(value));
        let run = run.map(|one| one.identifier.as_str());
        let found: Vec<&str> = known(config, application, value).into_iter().chain(run).collect();
        if found.is_empty() {
            return Err(Refusal::TargetUnknown(value.to_owned()));
        }
        for identifier in found {
            add(resources, identifier);
        }
    }
    check_count(resources)
}

/// Adds a resource, unless it is there already.
fn add(resources: &mut Vec<String>, identifier: &str) {
    if !resources.iter().any(|one| one == identifier) {
        resources.push(identifier.to_owned());
    }
}

fn check_count(resources: &[String]) -> Result<(), Refusal> {
    if resources.len() > MAX_RESOURCES { Err(Refusal::TargetsTooMany) } else { Ok(()) }
}

/// A resource of the configuration, or a server in the scopes of the application.
fn known<'a>(config: &'a Config, application: &'a Application, value: &str) -> Option<&'a str> {
    let configured = config.resources.iter().map(|resource| resource.identifier.as_str());
    let servers = application.scopes.iter().filter_map(|scope| scope::server_of(scope));
    configured.chain(servers).find(|identifier| resource_uri::is_same(identifier, value))
}

/// Audience and scope of an access token out of a sign-in, of which a request may want a part: resources
/// of the grant (RFC 8707 section 2.2), and the scopes `wanted` (RFC 6749 section 6). Without a resource
/// it is for all of them.
///
/// RFC 8707 leaves open what a grant that names none is for: here it is for the one that is named first
/// when tokens are asked for.
pub(crate) fn of_grant(
    config: &Config,
    application: &Application,
    parameters: &Parameters,
    (resources, scope): (&[String], &str),
    wanted: Option<&str>,
) -> Result<(Vec<String>, String), Refusal> {
    let granted = all(config, resources, scope);
    let asked = requested(config, application, parameters)?;
    let is_granted = |one: &String| granted.is_empty() || granted.contains(one);
    if let Some(other) = asked.iter().find(|one| !is_granted(one)) {
        return Err(Refusal::TargetNotGranted(other.clone()));
    }
    // The configuration may have lost one since.
    let lost = |one: &&String| known(config, application, one).is_none();
    if let Some(lost) = resources.iter().find(lost).filter(|_| asked.is_empty()) {
        return Err(Refusal::TargetUnknown(lost.clone()));
    }
    let asking = Asking { config, application, resources: &asked };
    let wanted = wanted.filter(|wanted| scope::items(wanted).next().is_some());
    let scope = match wanted {
        Some(wanted) => scope::narrowed(wanted, scope, asking)?,
        None => scope::for_resources(scope, asking),
    };
    // Less may be for fewer.
    Ok((if asked.is_empty() { all(config, resources, &scope) } else { asked }, scope))
}

/// What a request names by itself and in its scopes: the two spellings of the same thing.
pub(crate) fn all(config: &Config, resources: &[String], scope: &str) -> Vec<String> {
    let mut all = resources.to_vec();
    for server in scope::servers(config, scope) {
        add(&mut all, server);
    }
    all
}

/// What an access token is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) format: AccessTokenFormat,
    /// In seconds.
    pub(crate) lifetime: i64,
    /// None for what the issuer signs with.
    pub(crate) signing: Option<SigningAlgorithm>,
}

/// What an access token for this audience is like: as its resources say, else as the application does.
pub(crate) fn kind(
    config: &Config,
    application: &Application,
    (authority, is_of_user): (Authority, bool),
    audience: &[String],
) -> Result<Kind, Refusal> {
    let usual = application.lifetimes.access_token;
    let (mut format, mut signing) = (None, None);
    let mut lifetime = i64::MAX;
    for identifier in audience {
        let resource = resource(config, identifier);
        lifetime = lifetime.min(resource.and_then(|one| one.lifetime).unwrap_or(usual));
        agree(&mut format, resource.and_then(|one| one.access_token_format))?;
        agree(&mut signing, resource.and_then(|one| one.signing))?;
    }
    // EIAM: opaque at an application's own server; at the instance's, for a client itself, a JWT, whose
    // validator wants it so.
    let service = match authority {
        Authority::Instance if !is_of_user => AccessTokenFormat::Jwt,
        _ => AccessTokenFormat::Opaque,
    };
    Ok(Kind {
        format: format.or(application.access_token_format).unwrap_or(service),
        lifetime: if audience.is_empty() { usual } else { lifetime },
        signing,
    })
}

/// One token is of one kind.
fn agree<T: PartialEq>(said: &mut Option<T>, one: Option<T>) -> Result<(), Refusal> {
    match (&said, one) {
        (Some(said), Some(one)) if *said != one => Err(Refusal::TargetsDiffer),
        (None, one) => {
            *said = one;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// The resource of this identifier, if the configuration has it.
pub(crate) fn resource<'a>(config: &'a Config, identifier: &str) -> Option<&'a Resource> {
    config.resources.iter().find(|resource| resource.identifier == identifier)
}

/// How many resources a request names at most: all of them stand in the token.
const MAX_RESOURCES: usize = 8;
