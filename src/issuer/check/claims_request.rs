//! The parameter `claims` (OpenID Connect Core section 5.5), and `acr_values` beside it (section 3.1.2.1,
//! RFC 9470 section 4).

use crate::json::{self, Limits, Object, Value};

use crate::issuer::check::{authentication, claims, scope};
use crate::issuer::config::Application;
use crate::issuer::directory::Directory;
use crate::issuer::sealed::context::WantedContext;
use crate::issuer::sealed::user_grant::RequestedClaims;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;

/// Which claims a request asks for, and about which user.
#[derive(Debug, Default)]
pub(crate) struct ClaimsRequest {
    pub(crate) claims: RequestedClaims,
    /// The only user whom the response may be about (section 5.5.1: `sub` with a value).
    pub(crate) subject: Option<String>,
    /// How the user is to have signed in.
    pub(crate) context: WantedContext,
}

impl ClaimsRequest {
    /// Reads both parameters. Claims that the application could not get by a scope are left out.
    /// Section 5.5.1 allows that even for essential claims.
    pub(crate) fn read(
        parameters: &Parameters,
        application: &Application,
        directory: &Directory,
    ) -> Result<Self, Refusal> {
        let mut wanted = Self::default();
        if let Some(values) = parameters.value("acr_values") {
            wanted.claims.authentication = true;
            wanted.context = known_contexts(directory, &mut scope::items(values));
        }
        let Some(text) = parameters.value("claims") else {
            return Ok(wanted);
        };
        let wrong =
            || Refusal::ParameterInvalid(&("claims", "an object of JSON, see OIDC Core 5.5"));
        let request = json::parse_object(text, Limits::default()).map_err(|_| wrong())?;
        let part = |name: &str| {
            let value = request.member(name).filter(|value| !value.is_null());
            value.map(|value| value.as_object().ok_or_else(wrong)).transpose()
        };
        let (userinfo, id_token) = (part("userinfo")?, part("id_token")?);
        wanted.claims.userinfo = names(userinfo.as_ref(), application);
        wanted.claims.id_token = names(id_token.as_ref(), application);
        for object in [&userinfo, &id_token].into_iter().flatten() {
            wanted.subject = values(object.member("sub")).into_iter().next().or(wanted.subject);
        }
        if let Some(object) = id_token {
            let acr = object.member("acr");
            // Section 5.5.1.1: if an essential acr cannot be met, the authentication has failed.
            let acceptable = values(acr);
            if !acceptable.is_empty() {
                let mut context =
                    known_contexts(directory, &mut acceptable.iter().map(String::as_str));
                context.essential = is_essential(acr);
                if context.essential && context.values.is_empty() {
                    return Err(Refusal::AuthenticationUnmet);
                }
                if context.essential || wanted.context.values.is_empty() {
                    wanted.context = context;
                }
            }
            wanted.claims.authentication |= acr.is_some() || object.member("amr").is_some();
        }
        Ok(wanted)
    }
}

/// Those of these authentication contexts that a sign-in here can have. Others are wishes that cannot be met
/// (OpenID Connect Core section 3.1.2.1).
fn known_contexts(directory: &Directory, values: &mut dyn Iterator<Item = &str>) -> WantedContext {
    let mut wanted = WantedContext::default();
    let values = values.take(MAX_CONTEXTS);
    for acr in values.filter(|acr| authentication::is_offered(directory, acr)) {
        if !scope::contains(&wanted.values, acr) {
            wanted.push(acr);
        }
    }
    wanted
}

/// The names of the claims in one part of the parameter, separated by spaces, as far as the
/// application may ask for them.
fn names(part: Option<&Object<'_>>, application: &Application) -> String {
    let Some(part) = part else {
        return String::new();
    };
    let is_allowed = |name: &str| {
        let plain = !name.is_empty() && !name.contains(|one: char| one <= ' ');
        plain
            && claims::scope_of(name)
                .is_none_or(|scope| application.scopes.iter().any(|other| other == scope))
    };
    let mut names = String::new();
    for (name, _) in part.iter().filter(|(name, _)| is_allowed(name)) {
        if names.len() + name.len() >= MAX_NAMES {
            break;
        }
        if !names.is_empty() {
            names.push(' ');
        }
        names.push_str(name);
    }
    names
}

/// Whether a claim is requested as essential (section 5.5.1).
fn is_essential(request: Option<Value<'_>>) -> bool {
    let request = request.and_then(|request| request.as_object());
    let essential = request.and_then(|request| request.member("essential"));
    essential.and_then(|essential| essential.as_bool()) == Some(true)
}

/// The values that a claim may have: `value`, or each of `values`.
fn values(request: Option<Value<'_>>) -> Vec<String> {
    let Some(request) = request.and_then(|request| request.as_object()) else {
        return Vec::new();
    };
    let several = request.member("values").and_then(|values| values.as_array());
    let values = request.member("value").into_iter().chain(several.unwrap_or_default());
    values.filter_map(|value| value.as_str()).map(Into::into).collect()
}

/// The most bytes that all names together may have: several times what the standard claims need.
/// There is a limit because every token contains the names.
const MAX_NAMES: usize = 1024;

/// How many authentication contexts of a request are looked at: more than anybody prefers one to another.
const MAX_CONTEXTS: usize = 32;
