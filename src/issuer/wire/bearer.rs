//! How a request brings an access token (RFC 6750 section 2, RFC 9449 section 7.1).

use crate::http::{HttpRequest, Method};
use crate::issuer::profile::Profile;
use crate::issuer::wire::parameters::Parameters;
use crate::issuer::wire::refusal::Refusal;

/// The form of a POST; none for other methods. The query is not read, because a token in a query
/// ends up in logs (RFC 9700 section 4.3.2).
pub(crate) fn posted(
    request: &HttpRequest,
    profile: Profile,
) -> Result<Option<Parameters>, Refusal> {
    match request.method {
        Method::Post => Parameters::read(request, "", profile).map(Some),
        _ => Ok(None),
    }
}

/// The scheme and the token of the Authorization header.
pub(crate) fn credentials(request: &HttpRequest) -> Option<(&'static str, &str)> {
    let (scheme, token) = request.headers.value("authorization")?.split_once(' ')?;
    let scheme = [BEARER, DPOP].into_iter().find(|name| name.eq_ignore_ascii_case(scheme))?;
    Some((scheme, token.trim()))
}

/// Whether a request presents its token as one that is bound to a key.
pub(crate) fn is_proved(request: &HttpRequest) -> bool {
    credentials(request).is_some_and(|(scheme, _)| scheme == DPOP)
}

/// The scheme for a token that works alone.
pub(crate) const BEARER: &str = "Bearer";

/// The scheme for a token that works only with a proof.
pub(crate) const DPOP: &str = "DPoP";
