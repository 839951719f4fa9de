//! Who may control the issuer of a test over HTTP.

use crate::http::HttpRequest;
use crate::issuer::wire::bearer;
use crate::secret::Secret;

/// Who may send control requests. By default nobody.
#[derive(Clone, Debug, Default)]
pub(crate) struct Access {
    token: Option<Secret>,
    /// Whether everybody is told that there is something to control.
    exposed: bool,
}

/// What becomes of a control request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// It is answered.
    Granted,
    /// It needs the token.
    TokenNeeded,
    /// There is nothing of this kind here.
    Hidden,
}

impl Access {
    /// Answers who has this token.
    pub(crate) fn by(token: &str, exposed: bool) -> Self {
        Self { token: Some(Secret::from(token)), exposed }
    }

    /// What becomes of a request, whose token is compared in constant time.
    pub(crate) fn admit(&self, request: &HttpRequest) -> Admission {
        let Some(token) = &self.token else {
            return Admission::Hidden;
        };
        let given = bearer::credentials(request).filter(|(scheme, _)| *scheme == bearer::BEARER);
        let given = given.map_or("", |(_, token)| token);
        match (token.matches(given), self.exposed) {
            (true, _) => Admission::Granted,
            (false, true) => Admission::TokenNeeded,
            (false, false) => Admission::Hidden,
        }
    }

    /// Whether everybody is told that there is something to control.
    pub(crate) fn is_exposed(&self) -> bool {
        self.token.is_some() && self.exposed
    }
}

/// How short a token may be: 96 bits in base64url.
pub(crate) const LEAST_CHARACTERS: usize = 16;
