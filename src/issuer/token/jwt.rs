//! JWTs: access tokens (RFC 9068) and id_tokens (OpenID Connect Core section 2).

use sha2::{Digest, Sha256};

use crate::base64url;
use crate::json::ObjectWriter;

use super::issue::User;
use crate::issuer::client::Client;
use crate::issuer::refusal::Refusal;
use crate::issuer::sealed::{AccessToken, TokenId};
use crate::issuer::{Exchange, Issuer, claims, scope, sign};

impl Issuer {
    /// What is to be signed for an access token in JWT form (RFC 9068 section 2).
    pub(super) fn access_token_input(&mut self, token: &AccessToken) -> Result<String, Refusal> {
        let issuer = self.issuer_url(token.authority, &token.client);
        let id = self.sealer.seal(&TokenId(token.clone()), &mut self.random);
        let (server, names) = scope::audience(&token.scope);
        let mut object = ObjectWriter::new();
        object
            .string("iss", &issuer)
            // RFC 9068 section 3: without a resource server the issuer's default one is meant.
            .string("aud", server.unwrap_or(&issuer))
            .string("sub", token.subject.as_deref().unwrap_or(&token.client))
            .string("client_id", &token.client)
            .optional_string("scope", Some(names.as_str()).filter(|names| !names.is_empty()))
            .integer("iat", token.issued)
            .integer("exp", token.expires)
            .string("jti", &id);
        let key = self.keys.last().ok_or(Refusal::NoSigningKey)?;
        Ok(sign::signing_input(key, "at+jwt", &object.finish()))
    }

    /// What is to be signed for an id_token.
    ///
    /// There is no `azp`: OpenID Connect Core section 2 wants it for an audience of several, and
    /// ours is always the one client.
    pub(super) fn id_token_input(
        &mut self,
        exchange: &Exchange<'_>,
        client: &Client,
        user: &User<'_>,
        access_token: &str,
    ) -> Result<String, Refusal> {
        let lifetime = client.application.lifetimes.id_token;
        let id = self.random.uuid();
        let mut object = ObjectWriter::new();
        object
            .string("iss", &self.issuer_url(exchange.authority, client.id()))
            .string("sub", &user.user.user_id)
            .string("aud", client.id())
            .integer("exp", exchange.now.saturating_add(lifetime))
            .integer("iat", exchange.now)
            .string("jti", &id)
            .integer("auth_time", user.sign_in.auth_time)
            .optional_string("nonce", user.nonce)
            .string("at_hash", &half_hash(access_token));
        if self.config.profile.scope_claims_in_id_token() {
            claims::write(user.user, user.scope, &mut object);
        }
        let key = self.keys.last().ok_or(Refusal::NoSigningKey)?;
        Ok(sign::signing_input(key, "JWT", &object.finish()))
    }
}

/// The left half of the hash (OpenID Connect Core section 3.1.3.6).
fn half_hash(token: &str) -> String {
    let hash = Sha256::digest(token.as_bytes());
    let (half, _) = hash.split_at(hash.len() / 2);
    base64url::encode(half)
}
