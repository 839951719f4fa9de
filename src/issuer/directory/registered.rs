//! Clients that nobody configured: those that registered themselves (RFC 7591), and those that a
//! document describes (draft-ietf-oauth-client-id-metadata-document).

use std::borrow::Cow;

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::codec::digest;
use crate::issuer::config::{Application, AuthMethod, Config};
use crate::issuer::state::collection::Record;
use crate::issuer::state::shares::{Owned, Place};
use crate::secret::Secret;

/// A client that nobody configured.
#[derive(Debug)]
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct RegisteredClient {
    /// What its metadata make of it, with the present configuration. It is not stored.
    pub(crate) application: Application,
    /// Where its keys are, and until when those in the application count. None if it has no such URL. It
    /// is not stored.
    pub(crate) remote_keys: Option<RemoteKeys>,
    pub(crate) place: Place,
    pub(crate) knowledge: Knowledge,
    /// Its metadata, as a JSON object.
    pub(crate) metadata: String,
}

/// How a client is known.
#[derive(Debug)]
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) enum Knowledge {
    /// It registered itself.
    Registration(Box<Registered>),
    /// A document describes it, which counts until this time.
    Document { fresh_until: i64 },
}

/// What is kept of a registration beside the metadata.
#[derive(Debug)]
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct Registered {
    pub(crate) issued: i64,
    /// When it ends; none if it does not.
    pub(crate) expires: Option<i64>,
    /// Its secret, if it needs one.
    pub(crate) secret: Option<Secret>,
    /// The hash of its registration access token.
    pub(crate) token: [u8; 32],
    /// The hash of the token before, which works until the new one is used: the response with the new one
    /// may have been lost.
    pub(crate) former_token: Option<[u8; 32]>,
}

/// The keys of a client that are behind a URL (`jwks_uri`).
#[derive(Debug)]
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct RemoteKeys {
    pub(crate) url: String,
    pub(crate) fresh_until: i64,
}

impl RegisteredClient {
    /// The registration; none for the client of a document.
    pub(crate) fn registration(&self) -> Option<&Registered> {
        match &self.knowledge {
            Knowledge::Registration(registered) => Some(registered),
            Knowledge::Document { .. } => None,
        }
    }
}

/// The key of the record of a client. It is a hash, because ids can be URLs.
pub(crate) fn key(client_id: &str) -> u128 {
    let hash = digest::of_parts(&[], "client", &[client_id.as_bytes()]);
    hash.first_chunk().map_or(0, |head| u128::from_be_bytes(*head))
}

impl Config {
    /// Whether there can be clients that nobody configured.
    pub(crate) fn takes_strangers(&self) -> bool {
        self.registration.is_some() || self.client_id_metadata.is_some()
    }

    /// The scopes that clients may have which nobody configured.
    pub(crate) fn registered_scopes(&self) -> Vec<String> {
        let clients = &self.registered_clients;
        let usual = || {
            let of_resources = self.resources.iter().flat_map(|one| &one.scopes);
            let mut scopes = Application::new("").scopes;
            for scope in of_resources {
                if !scopes.contains(scope) {
                    scopes.push(scope.clone());
                }
            }
            scopes
        };
        clients.scopes.clone().unwrap_or_else(usual)
    }

    /// What every client can be that nobody configured: all of them together, for metadata, and what the
    /// metadata of one of them restrict.
    pub(crate) fn registered_template(&self) -> Application {
        let clients = &self.registered_clients;
        let mut application = Application::new("");
        application.grants.clone_from(&clients.grants);
        application.scopes = self.registered_scopes();
        application.default_scope.clone_from(&clients.default_scope);
        application.consent = clients.consent;
        application.access_token_format = clients.access_token_format;
        application.lifetimes = clients.lifetimes;
        let keys_only = self.profile.private_key_jwt_only();
        application.public = !keys_only;
        let methods: &[AuthMethod] = match self.registration {
            Some(_) if !keys_only => &AuthMethod::ALL,
            _ => &[AuthMethod::PrivateKeyJwt],
        };
        application.token_endpoint_auth_methods = Some(methods.to_vec());
        application
    }
}

impl Owned for RegisteredClient {
    fn place(&self) -> Place {
        self.place
    }
}

impl Record for RegisteredClient {
    fn write(&self, writer: &mut Writer) {
        writer.str(&self.application.application_id).str(&self.metadata);
        self.place.write(writer);
        match &self.knowledge {
            Knowledge::Document { fresh_until } => {
                writer.bool(false).i64(*fresh_until);
            }
            Knowledge::Registration(registered) => {
                writer.bool(true).i64(registered.issued).optional_i64(registered.expires);
                writer.optional_str(registered.secret.as_ref().map(Secret::expose));
                writer.raw(&registered.token).bool(registered.former_token.is_some());
                writer.raw(&registered.former_token.unwrap_or_default());
            }
        }
    }

    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let application = Application::new(reader.string()?);
        let metadata = reader.string()?;
        let place = Place::read(reader)?;
        let knowledge = if reader.bool()? {
            let issued = reader.i64()?;
            let expires = reader.optional_i64()?;
            let secret = reader.optional_string()?.map(Secret::from);
            let token = reader.array()?;
            let (has_former, former) = (reader.bool()?, reader.array()?);
            let former_token = has_former.then_some(former);
            let registered = Registered { issued, expires, secret, token, former_token };
            Knowledge::Registration(Box::new(registered))
        } else {
            Knowledge::Document { fresh_until: reader.i64()? }
        };
        Some(Self { application, remote_keys: None, place, knowledge, metadata })
    }
}

/// Why the document of a client could not be used, for those requests that need it now. It is not
/// stored: every request tries anew.
#[derive(Default)]
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct Problems(Vec<(String, Cow<'static, str>)>);

impl Problems {
    /// Notes why a URL gave nothing.
    pub(crate) fn note(&mut self, url: &str, problem: Cow<'static, str>) {
        self.forget(url);
        if self.0.len() >= MAX_PROBLEMS {
            self.0.remove(0);
        }
        self.0.push((url.to_owned(), problem));
    }

    /// Forgets it, because the URL gave something.
    pub(crate) fn forget(&mut self, url: &str) {
        self.0.retain(|(other, _)| other != url);
    }

    /// Why the URL gave nothing the last time.
    pub(crate) fn of(&self, url: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == url).map(|(_, problem)| &**problem)
    }
}

/// How many problems are kept: one for each request that can wait for a document at once.
const MAX_PROBLEMS: usize = 64;
