//! The userinfo endpoint (OpenID Connect Core section 5.3, RFC 6750).

use crate::issuer::check::custom_claims::{self, About};
use crate::issuer::check::{access_token, claims, dpop, scope, subject};
use crate::issuer::config::ClaimPlace;
use crate::issuer::directory::Directory;
use crate::issuer::jose::sign::Unsigned;
use crate::issuer::state::shares::Place;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::bearer;
use crate::issuer::wire::exchange::Exchange;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::{MARK, Reply};
use crate::issuer::wire::response;
use crate::json::ObjectWriter;

/// Answers with the claims that the scope of an access token allows.
pub(crate) fn answer(
    directory: &Directory,
    vault: &Vault,
    store: &mut Store,
    exchange: &Exchange<'_>,
) -> Result<Reply, Refusal> {
    if let Some(application) = exchange.application
        && !application.scopes.iter().any(|one| one == scope::OPENID)
    {
        return Err(Refusal::ApplicationWithoutOpenid);
    }
    let posted = bearer::posted(exchange.request, exchange.profile)?;
    let posted = posted.as_ref().and_then(|parameters| parameters.value("access_token"));
    let (text, proof) = match (bearer::credentials(exchange.request), posted) {
        // RFC 6750 section 2: a request must send its token in only one way.
        (Some(_), Some(_)) => return Err(Refusal::TokenTwice),
        (Some((bearer::DPOP, text)), None) => {
            let proof = dpop::check_proof(directory.config(), vault, exchange, Some(text))?;
            (text, Some(proof.ok_or(Refusal::DpopProofMissing)?))
        }
        (Some((_, text)), None) | (None, Some(text)) => (text, None),
        (None, None) => return Err(Refusal::TokenMissing),
    };
    let token = access_token::open_live(directory, vault, store, exchange, text)?;
    // RFC 9449 sections 7.1 and 7.2: a token that is bound to a key works with a proof by that
    // key alone, and one that is not bound is no DPoP token.
    let thumbprint = proof.as_ref().map(|proof| proof.thumbprint.as_str());
    if token.jkt.as_deref() != thumbprint {
        return Err(Refusal::TokenInvalid);
    }
    let is_here = exchange.application.is_none_or(|one| one.application_id == token.client);
    if token.authority != exchange.authority || !is_here {
        return Err(Refusal::TokenInvalid);
    }
    if !scope::contains(&token.scope, scope::OPENID) {
        return Err(Refusal::TokenWithoutOpenid);
    }
    let user = token
        .subject
        .as_deref()
        .and_then(|subject| directory.enabled_user(subject))
        .ok_or(Refusal::TokenInvalid)?;
    let application = directory.enabled_application(&token.client).ok_or(Refusal::TokenInvalid)?;
    let about = About {
        place: ClaimPlace::Userinfo,
        authority: token.authority,
        application,
        user: Some(user),
        scope: &token.scope,
        audience: &token.audience,
    };
    let told = custom_claims::told(directory.config(), exchange.asked, &about)?;
    if let Some(proof) = &proof {
        let owner = Place::kept(vault.user_number(&user.user_id));
        dpop::spend(store, proof, owner, exchange.now)?;
    }
    let config = directory.config();
    let signed = application.userinfo_signed_response_alg;
    let mut body = ObjectWriter::new();
    if signed.is_some() {
        // OpenID Connect Core section 5.3.2. It says no time, so that it is no id_token.
        let issuer = config.issuer_url(token.authority, &token.client);
        body.string("iss", &issuer).string("aud", &token.client);
    }
    body.string("sub", &subject::of(vault, application, &user.user_id));
    claims::write(user, &token.scope, &token.claims, &told, &mut body);
    match signed {
        None => Ok(response::json(200, body.finish()).into()),
        Some(algorithm) => {
            let key = vault.keys.signing_with(algorithm).ok_or(Refusal::NoSigningKey)?;
            let token = Unsigned::new(key, "JWT", body.finish());
            let response = response::not_stored(200, "application/jwt", MARK.to_owned());
            Ok(Reply::unsigned(response, vec![token]))
        }
    }
}
