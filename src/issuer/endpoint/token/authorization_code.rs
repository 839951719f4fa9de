//! The grant `authorization_code` (RFC 6749 section 4.1.3, RFC 7636 section 4.5).

use crate::issuer::check::standing;
use crate::issuer::directory::Directory;
use crate::issuer::endpoint::token::issue::{self, ForUser, Issuance};
use crate::issuer::endpoint::token::request::TokenRequest;
use crate::issuer::endpoint::token::wanted;
use crate::issuer::sealed::challenge::Challenge;
use crate::issuer::sealed::code::Code;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;
use crate::issuer::wire::refusal::Refusal;
use crate::issuer::wire::reply::Reply;
use crate::pkce::check_verifier;
use crate::seconds;

/// Gives tokens for a code.
pub(super) fn redeem(
    directory: &Directory,
    vault: &mut Vault,
    store: &mut Store,
    request: TokenRequest<'_>,
) -> Result<Reply, Refusal> {
    let TokenRequest { exchange, client, parameters } = request;
    let now = exchange.now;
    let code: Code = vault.open(parameters.required("code")?).ok_or(Refusal::CodeUnknown)?;
    if code.user_grant.client != client.id() || code.user_grant.authority != exchange.authority {
        return Err(Refusal::CodeOtherClient);
    }
    // RFC 6749 section 4.1.2: the second use of a code revokes the tokens of the first one. An
    // expired code does so as well, because somebody else may have used it first. Only its own
    // client can do this.
    if store.grant(code.user_grant.grant, now).is_some() {
        store.revoke_grant(code.user_grant.grant, now);
        store.touch();
        return Err(Refusal::CodeSpent);
    }
    if seconds::expired(code.expires, now, 0) {
        return Err(Refusal::CodeExpired);
    }
    if parameters.required("redirect_uri")? != code.redirect_uri {
        return Err(Refusal::CodeOtherRedirectUri);
    }
    if code.dpop_jkt.is_some() && code.dpop_jkt.as_deref() != client.key_thumbprint() {
        return Err(Refusal::DpopProofOtherKey);
    }
    check_verification(code.challenge.as_ref(), parameters.value("code_verifier"))?;
    let user_grant = &code.user_grant;
    standing::check(
        directory,
        &store.epochs,
        &user_grant.client,
        Some(&user_grant.subject),
        user_grant.epoch,
    )?;
    let user = directory.require_user(&code.user_grant.subject)?;
    let config = directory.config();
    let wanted = wanted::of_grant(config, request, user_grant, None)?;
    issue::for_user(
        config,
        vault,
        store,
        request,
        ForUser { user, user_grant, wanted, nonce: code.nonce.as_deref() },
        Issuance::Code { expires: code.expires },
    )
}

/// Checks the code verifier (RFC 7636 section 4.6). RFC 9700 section 2.1.1: neither a challenge
/// without a verifier nor a verifier without a challenge is accepted.
fn check_verification(
    challenge: Option<&Challenge>,
    verifier: Option<&str>,
) -> Result<(), Refusal> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(Refusal::VerifierUnexpected),
        (Some(_), None) => Err(Refusal::VerifierMissing),
        (Some(challenge), Some(verifier)) => {
            check_verifier(verifier).map_err(|_| Refusal::VerifierMalformed)?;
            if challenge.method.verifies(&challenge.value, verifier) {
                Ok(())
            } else {
                Err(Refusal::VerifierWrong)
            }
        }
    }
}
