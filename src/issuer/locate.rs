//! Which application a request is about, for hosts that spread the applications over several
//! issuers. Nothing is checked here: whoever it is handed to does that.

use crate::http::HttpRequest;

use super::Issuer;
use super::client::named_client;
use super::parameters::Parameters;
use super::route::{self, Route};
use super::sealed::{AccessToken, Code, DeviceCode, RefreshToken, Transaction};
use super::signature::Jws;

impl Issuer {
    /// The application that a request is about: the one of its path; at the instance's endpoints the
    /// client that it names, or the one that its code, token, device code or form was made for, which
    /// issuers with the same [sealing key](Issuer::set_sealing_key) can open. None where it is about
    /// none, as a user code says nothing of its client, and where it cannot be read.
    #[must_use]
    pub fn application_of(&self, request: &HttpRequest) -> Option<String> {
        let (path, query) = route::split(&request.url, &self.config);
        let well_known = route::well_known_of_prefix(path, &self.config);
        let route = Route::from_path(well_known.as_deref().unwrap_or(path))?;
        if let Some(application) = route.application {
            return Some(application.to_owned());
        }
        let parameters = Parameters::read(request, query, self.config.profile).ok();
        let header = request.headers.value("authorization");
        parameters
            .as_ref()
            .and_then(|parameters| named_client(header, parameters))
            .or_else(|| parameters.as_ref().and_then(|parameters| self.owner(parameters)))
            .or_else(|| self.owner_of_access_token(header?.split_once(' ')?.1.trim()))
    }

    /// Whom what a request brings was made for.
    fn owner(&self, parameters: &Parameters) -> Option<String> {
        let value = |name| parameters.value(name);
        let token = |text: &str| self.sealer.open::<RefreshToken>(text);
        if let Some(text) = value("transaction") {
            return self.sealer.open::<Transaction>(text)?.client;
        }
        if let Some(text) = value("code") {
            return Some(self.sealer.open::<Code>(text)?.sign_in.client);
        }
        if let Some(text) = value("device_code") {
            return Some(self.sealer.open::<DeviceCode>(text)?.client);
        }
        if let Some(text) = value("refresh_token") {
            return Some(token(text)?.sign_in.client);
        }
        if let Some(text) = value("token").or_else(|| value("access_token")) {
            return self
                .owner_of_access_token(text)
                .or_else(|| token(text).map(|token| token.sign_in.client));
        }
        let hint = Jws::read(value("id_token_hint")?)?;
        Some(hint.claims()?.text("aud")?.into_owned())
    }

    fn owner_of_access_token(&self, text: &str) -> Option<String> {
        let sealed = self.sealer.open::<AccessToken>(text);
        let token = sealed.or_else(|| self.unverified_access_token(&Jws::read(text)?))?;
        Some(token.client)
    }
}
