//! Changes to tokens: to what is signed before the signature, and to header and signature behind it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::base64url;
use crate::http::HttpResponse;
use crate::issuer::Reply;
use crate::issuer::jose::jwk::PublicJwk;
use crate::issuer::jose::sign::{HASH, Unsigned};
use crate::issuer::wire::reply::MARK;

use super::case::{Case, Deed, Edit, Forgery, Place, Seen};
use super::{body, callback, json, keys};

/// Whether the reply has an id_token.
pub(super) fn has_id_token(reply: &Reply) -> bool {
    body(reply).is_some_and(|body| body.contains("\"id_token\":"))
}

/// Whether the reply has an access token that is a JWT: then the mark of one stands in its place.
pub(super) fn has_access_token(reply: &Reply) -> bool {
    body(reply).is_some_and(|body| body.contains("\"access_token\":\"\0\""))
}

/// Whether the reply is a token as a whole.
pub(super) fn is_token(reply: &Reply) -> bool {
    body(reply) == Some(MARK)
}

/// Whether the first token of the reply has this claim.
pub(super) fn has_claim(reply: &Reply, name: &str) -> bool {
    let claims = reply.first_unsigned().and_then(Unsigned::parts);
    claims.is_some_and(|(_, claims)| json::text(&claims, name).is_some())
}

fn body(reply: &Reply) -> Option<&str> {
    core::str::from_utf8(&reply.response().body).ok()
}

/// Changes the claims and the header of the token of a case, which is signed afterwards.
pub(super) fn before_signing(case: &Case, reply: &mut Reply, seen: &Seen<'_>) {
    let is_access = case.place == Place::AccessToken;
    let access_token_is_first = has_access_token(reply);
    let place = usize::from(!is_access && access_token_is_first);
    let Some(unsigned) = reply.unsigned_parts().get_mut(place) else {
        return;
    };
    edit(case, unsigned, seen);
}

/// Changes the claims and the header of a token that is not signed yet.
pub(super) fn edit(case: &Case, unsigned: &mut Unsigned, seen: &Seen<'_>) {
    let Some((header, claims)) = unsigned.parts() else {
        return;
    };
    match &case.deed {
        Deed::Claim(name, edit) => {
            let claims = json::edited(&claims.replace(HASH, STAND_IN), name, edit, seen.now);
            unsigned.set_parts(&header, claims.replace(STAND_IN, HASH));
        }
        Deed::Without(names) => {
            let without =
                |claims: String, name: &&str| json::edited(&claims, name, &Edit::Remove, seen.now);
            unsigned.set_parts(&header, names.iter().fold(claims, without));
        }
        Deed::Claims(text) => unsigned.set_parts(&header, text.replace("{}", &claims)),
        Deed::DeepClaim(depth) => {
            let arrays = ["[".repeat(*depth), "]".repeat(*depth)].concat();
            let claims = json::extended(&claims, &format!("\"deep\":{arrays}"));
            unsigned.set_parts(&header, claims);
        }
        Deed::Header("jwk", _) => {
            let key = seen.key.map(PublicJwk::to_json).unwrap_or_default();
            unsigned.set_parts(&json::extended(&header, &format!("\"jwk\":{key}")), claims);
        }
        Deed::Header(name, edit) => {
            unsigned.set_parts(&json::edited(&header, name, edit, seen.now), claims);
        }
        Deed::More(more) if matches!(case.place, Place::IdToken | Place::AccessToken) => {
            unsigned.set_parts(&header, json::extended(&claims, more));
        }
        _ => {}
    }
}

/// Stands in claims for a hash, where they have to be read as JSON.
const STAND_IN: &str = "\u{e000}";

/// Forges the signature of the token of a case, or leaves its claims alone.
pub(super) fn after_signing(case: &Case, response: &mut HttpResponse, key: Option<&PublicJwk>) {
    let Some(token) = token_of(case, response) else {
        return;
    };
    match case.deed {
        Deed::Signature(forgery) => {
            // A token has no character that JSON, HTML or a URL escapes.
            let forged = forged(&token, forgery, key);
            if let Some(location) = response.headers.value("location").map(str::to_owned) {
                body::set(response, "location", &location.replace(&token, &forged));
            } else {
                let text = String::from_utf8_lossy(&response.body).into_owned();
                response.body = text.replace(&token, &forged).into_bytes();
            }
        }
        Deed::Unsigned if case.place == Place::SignedUserInfo => {
            response.body = claims_of(&token).into_bytes();
            body::set(response, "content-type", "application/json");
        }
        Deed::Unsigned => callback::unsign(response, &claims_of(&token)),
        _ => {}
    }
}

/// The token that a case is about.
fn token_of(case: &Case, response: &HttpResponse) -> Option<String> {
    let text = || String::from_utf8_lossy(&response.body).into_owned();
    match case.place {
        Place::IdToken => json::text(&text(), "id_token"),
        Place::AccessToken => json::text(&text(), "access_token"),
        Place::SignedUserInfo => Some(text()),
        Place::SignedCallback => callback::parameter(response, "response"),
        _ => None,
    }
}

/// The claims of a token, as it has them.
fn claims_of(token: &str) -> String {
    let claims = token.split('.').nth(1).and_then(|part| base64url::decode(part).ok());
    String::from_utf8_lossy(&claims.unwrap_or_default()).into_owned()
}

/// The token with another signature.
pub(super) fn forged(token: &str, forgery: Forgery, key: Option<&PublicJwk>) -> String {
    let mut parts = token.splitn(3, '.');
    let (header, claims, signature) = (
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
        parts.next().unwrap_or_default(),
    );
    let octets = base64url::decode(signature).unwrap_or_default();
    let signed = |octets: &[u8]| format!("{header}.{claims}.{}", base64url::encode(octets));
    match forgery {
        Forgery::None("none") => {
            format!("{}.{claims}.", with_algorithm(header, &Edit::Set("\"none\"")))
        }
        Forgery::None(_) => format!("{}.{claims}.", with_algorithm(header, &Edit::Set("\"nOnE\""))),
        Forgery::Stripped => format!("{header}.{claims}."),
        Forgery::HmacWithPem => {
            let secret = key.map(|key| keys::pem(key.key())).unwrap_or_default();
            with_hmac(header, claims, secret.as_bytes())
        }
        Forgery::HmacWithJwk => {
            let secret = key.map(PublicJwk::to_json).unwrap_or_default();
            with_hmac(header, claims, secret.as_bytes())
        }
        Forgery::HmacWithEmbedded => {
            let decoded = base64url::decode(header).unwrap_or_default();
            let secret = base64url::encode(EMBEDDED);
            let key = format!("\"jwk\":{{\"kty\":\"oct\",\"k\":\"{secret}\"}}");
            let header = json::extended(&String::from_utf8_lossy(&decoded), &key);
            with_hmac(&base64url::encode(header.as_bytes()), claims, EMBEDDED)
        }
        Forgery::HmacWithNothing => with_hmac(header, claims, &[]),
        Forgery::Zeros => signed(&vec![0; octets.len()]),
        Forgery::Flipped => {
            let mut octets = octets;
            if let Some(last) = octets.last_mut() {
                *last ^= 1;
            }
            signed(&octets)
        }
        Forgery::Cut => signed(octets.split_last().map(|(_, rest)| rest).unwrap_or_default()),
        Forgery::Padded => format!("{token}="),
        Forgery::OtherClaims => {
            let decoded = base64url::decode(claims).unwrap_or_default();
            let text = String::from_utf8_lossy(&decoded);
            let name = if json::text(&text, "sub").is_some() { "sub" } else { "code" };
            let other = json::edited(&text, name, &Edit::Append("-other"), 0);
            format!("{header}.{}.{signature}", base64url::encode(other.as_bytes()))
        }
        Forgery::TwoParts => format!("{header}.{claims}"),
        Forgery::FourParts => format!("{token}.{signature}"),
    }
}

/// A secret that its token brings along.
const EMBEDDED: &[u8] = b"a secret that the token brings along";

/// The header with another algorithm.
fn with_algorithm(header: &str, edit: &Edit) -> String {
    let decoded = base64url::decode(header).unwrap_or_default();
    let text = String::from_utf8_lossy(&decoded);
    base64url::encode(json::edited(&text, "alg", edit, 0).as_bytes())
}

/// The token with an HMAC (RFC 7518 section 3.2).
fn with_hmac(header: &str, claims: &str, secret: &[u8]) -> String {
    let input = format!("{}.{claims}", with_algorithm(header, &Edit::Set("\"HS256\"")));
    // A key of any length is taken.
    let signature = Hmac::<Sha256>::new_from_slice(secret).map(|mut mac| {
        mac.update(input.as_bytes());
        base64url::encode(&mac.finalize().into_bytes())
    });
    format!("{input}.{}", signature.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(part: &str) -> String {
        String::from_utf8(base64url::decode(part).unwrap()).unwrap()
    }

    #[test]
    fn forgeries_are_what_they_say() {
        let token = [r#"{"kid":"k","alg":"EdDSA"}"#.as_bytes(), br#"{"sub":"a"}"#, &[1, 2, 3]]
            .map(base64url::encode)
            .join(".");
        let key = PublicJwk::ed25519("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        let parts = |forgery| {
            let forged = forged(&token, forgery, Some(&key));
            forged.split('.').map(str::to_owned).collect::<Vec<_>>()
        };
        let none = parts(Forgery::None("none"));
        assert_eq!(
            (decoded(&none[0]).as_str(), none[2].as_str()),
            (r#"{"kid":"k","alg":"none"}"#, "")
        );
        assert_eq!(decoded(&parts(Forgery::None("nOnE"))[0]), r#"{"kid":"k","alg":"nOnE"}"#);
        for forgery in [Forgery::HmacWithPem, Forgery::HmacWithJwk, Forgery::HmacWithNothing] {
            let parts = parts(forgery);
            assert_eq!(decoded(&parts[0]), r#"{"kid":"k","alg":"HS256"}"#);
            assert_eq!(base64url::decode(&parts[2]).unwrap().len(), 32);
        }
        assert_eq!(base64url::decode(&parts(Forgery::Zeros)[2]).unwrap(), [0, 0, 0]);
        assert_eq!(base64url::decode(&parts(Forgery::Flipped)[2]).unwrap(), [1, 2, 2]);
        assert_eq!(base64url::decode(&parts(Forgery::Cut)[2]).unwrap(), [1, 2]);
        assert_eq!(decoded(&parts(Forgery::OtherClaims)[1]), r#"{"sub":"a-other"}"#);
        assert_eq!(parts(Forgery::Stripped)[2], "");
        assert_eq!((parts(Forgery::TwoParts).len(), parts(Forgery::FourParts).len()), (2, 4));
    }
}
