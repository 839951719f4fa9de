//! The claims that the configuration and the host add to tokens, userinfo and introspection.

use crate::issuer::check::{audience, scope};
use crate::issuer::config::{
    Application, ClaimPlace, ClaimValue, Claims, Config, CustomClaim, Model, Resource, User,
    is_claim_name,
};
use crate::issuer::wire::asked::{Asked, ClaimsAnswer, ClaimsContext, MAX_QUESTIONS};
use crate::issuer::wire::authority::Authority;
use crate::issuer::wire::refusal::Refusal;
use crate::json::ObjectWriter;

/// What claims are told about, and where.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) place: ClaimPlace,
    pub(crate) authority: Authority,
    pub(crate) application: &'a Application,
    /// The user; none for a token that a client has for itself.
    pub(crate) user: Option<&'a User>,
    /// The scope of the access token.
    pub(crate) scope: &'a str,
    /// The resources that the access token is for.
    pub(crate) audience: &'a [String],
}

/// Names and values, which are JSON. A name without a value is one that is not told.
#[derive(Debug, Default)]
pub(crate) struct Told(Vec<(String, Option<String>)>);

impl Told {
    /// Whether it says what is told under this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(other, _)| other == name)
    }

    /// Writes all claims.
    pub(crate) fn write(&self, object: &mut ObjectWriter) {
        for (name, value) in &self.0 {
            if let Some(value) = value {
                object.raw(name, value);
            }
        }
    }

    /// Adds a claim, unless something before it says what its name is.
    fn add(&mut self, name: &str, value: &ClaimValue) {
        if !self.has(name) {
            let value = (*value != ClaimValue::Null).then(|| value.to_json());
            self.0.push((name.to_owned(), value));
        }
    }

    /// How many bytes it has as JSON, more or less.
    fn size(&self) -> usize {
        let values = |value: &Option<String>| value.as_ref().map_or(0, String::len);
        self.0.iter().map(|(name, value)| name.len() + values(value)).sum()
    }
}

/// The claims that are told. Of several with one name the most special one is: what the host says, then
/// what the user, the application, the first of the resources, and the configuration as a whole say.
pub(crate) fn told(config: &Config, asked: Asked<'_>, about: &About<'_>) -> Result<Told, Refusal> {
    let mut told = Told::default();
    if let Asked::Host(answers) = asked {
        of_host(config, answers, about, &mut told)?;
    }
    let resources = about.audience.iter().filter_map(|one| audience::resource(config, one));
    let usual = &ClaimPlace::OF_USERS;
    if let Some(user) = about.user {
        add(about, &user.custom_claims, usual, None, &mut told);
    }
    add(about, &about.application.custom_claims, usual, None, &mut told);
    for resource in resources {
        let usual = &ClaimPlace::OF_RESOURCES;
        add(about, &resource.custom_claims, usual, Some(resource), &mut told);
        if about.place == ClaimPlace::AccessToken {
            for (name, value) in &resource.claims.0 {
                told.add(name, value);
            }
        }
    }
    add(about, &config.custom_claims, usual, None, &mut told);
    if told.size() > MAX_SIZE {
        return Err(Refusal::ClaimsTooLarge);
    }
    Ok(told)
}

/// Two kinds of claims that one answer needs. Whom the host has to be asked about is asked at once.
pub(crate) fn both<A, B>(
    first: Result<A, Refusal>,
    second: Result<B, Refusal>,
) -> Result<(A, B), Refusal> {
    match (first, second) {
        (Err(Refusal::ClaimsNeeded(mut all)), Err(Refusal::ClaimsNeeded(more))) => {
            all.extend(more);
            Err(Refusal::ClaimsNeeded(all))
        }
        (first, second) => Ok((first?, second?)),
    }
}

/// The names of the claims that these applications are told about everybody, for the metadata. Those that
/// only some users have are not listed (OpenID Connect Discovery section 3 allows that).
pub(crate) fn names<'a>(config: &'a Config, applications: &[&'a Application]) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    let mut add = |claims: &'a [CustomClaim], usual: &[ClaimPlace]| {
        for claim in claims {
            let name = claim.name.as_str();
            if ClaimPlace::OF_USERS.iter().any(|place| claim.is_in(*place, usual))
                && names.len() < MAX_NAMES
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
    };
    for one in applications {
        add(&one.custom_claims, &ClaimPlace::OF_USERS);
    }
    add(&config.custom_claims, &ClaimPlace::OF_USERS);
    for one in &config.resources {
        add(&one.custom_claims, &ClaimPlace::OF_RESOURCES);
    }
    names
}

/// Adds what the host answered.
fn of_host(
    config: &Config,
    answers: &[ClaimsAnswer],
    about: &About<'_>,
    told: &mut Told,
) -> Result<(), Refusal> {
    let client = &about.application.application_id;
    let context = ClaimsContext {
        place: about.place,
        issuer: config.issuer_url(about.authority, client),
        client_id: client.clone(),
        subject: about.user.map(|user| user.user_id.clone()),
        scope: about.scope.to_owned(),
        audience: about.audience.to_vec(),
    };
    let Some(answer) = answers.iter().find(|answer| answer.context == context) else {
        return Err(if answers.len() < MAX_QUESTIONS {
            Refusal::ClaimsNeeded(vec![context])
        } else {
            Refusal::ClaimsFailed("what it is asked about changes all the time".to_owned())
        });
    };
    let Claims(claims) =
        answer.claims.as_ref().map_err(|why| Refusal::ClaimsFailed(why.clone()))?;
    for (name, value) in claims {
        if !is_claim_name(name) {
            let problem = "it gives a claim whose name is not 1 to 128 bytes without spaces";
            return Err(Refusal::ClaimsFailed(problem.to_owned()));
        }
        if about.place.has_own(name) {
            let problem = format!("it gives the claim {name}, which the issuer makes itself");
            return Err(Refusal::ClaimsFailed(problem));
        }
        told.add(name, value);
    }
    Ok(())
}

/// Adds those of these custom claims that are told here, for this scope, and that have a value.
fn add(
    about: &About<'_>,
    claims: &[CustomClaim],
    usual: &[ClaimPlace],
    resource: Option<&Resource>,
    told: &mut Told,
) {
    for claim in claims {
        if told.has(&claim.name)
            || !claim.is_in(about.place, usual)
            || !claim.scope.as_ref().is_none_or(|wanted| is_granted(about.scope, wanted, resource))
        {
            continue;
        }
        let made = claim
            .expression
            .as_ref()
            .and_then(|expression| expression.value(&|model, name| field(about, model, name)));
        if let Some(value) = claim.value.as_ref().or(made.as_ref()) {
            told.add(&claim.name, value);
        }
    }
}

/// Whether a scope was granted, in one of the two spellings that a scope of a resource has.
fn is_granted(granted: &str, wanted: &str, resource: Option<&Resource>) -> bool {
    let of_resource = |item: &str| {
        let (server, name) = item.split_once('|').unwrap_or_default();
        name == wanted && resource.is_some_and(|resource| resource.identifier == server)
    };
    scope::items(granted).any(|item| item == wanted || of_resource(item))
}

/// A field of the user or the application.
fn field(about: &About<'_>, model: Model, name: &str) -> Option<ClaimValue> {
    let text = |text: &str| Some(ClaimValue::String(text.to_owned()));
    match model {
        Model::Application if name == "name" => text(about.application.display_name()),
        Model::Application => text(&about.application.application_id),
        Model::User => {
            let user = about.user?;
            match name {
                "userId" => text(&user.user_id),
                "username" => text(&user.username),
                // EIAM: `enabled` or `disabled`. Nobody gets tokens about a disabled user.
                "status" => text("enabled"),
                _ => {
                    let said = user.attributes.get(name).or_else(|| user.claims.get(name));
                    // EIAM: what the standard claim `name` tells is the field `displayName`.
                    said.or_else(|| user.claims.get("name").filter(|_| name == "displayName"))
                        .cloned()
                }
            }
        }
        Model::Item => None,
    }
}

/// How many bytes of claims one token has at most. Header fields, in which access tokens travel, have
/// about as much room.
const MAX_SIZE: usize = 16 * 1024;

/// How many names the metadata list.
const MAX_NAMES: usize = 128;
