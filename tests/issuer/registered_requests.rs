//! Clients that register how their requests and responses are signed, and how they know users: OpenID Connect
//! Dynamic Client Registration section 2, RFC 9101 section 10.5.

use eiam_token::http::{HttpRequest, HttpResponse, Method};
use eiam_token::issuer::{Profile, Registration};
use serde_json::{Value, json};

use crate::keys::ClientKey;
use crate::support::*;

const PLACE: Place = Place::Instance;
const URI: &str = "https://client.example/cb";

fn server(profile: Profile) -> Server {
    Server::with(|config| {
        config.profile = profile;
        config.registration = Some(Registration::default());
    })
}

fn register(server: &mut Server, more: &Value) -> HttpResponse {
    let mut body =
        json!({ "redirect_uris": [URI], "token_endpoint_auth_method": "client_secret_post" });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let mut request =
        HttpRequest::get(PLACE.api("register")).header("content-type", "application/json");
    request.method = Method::Post;
    request.body = body.to_string().into_bytes();
    server.send(&request)
}

#[test]
fn openid_connect_registration_section_2_signed_requests_and_responses_and_subjects() {
    for profile in PROFILES {
        let key = ClientKey::es256(1);
        let mut server = server(profile);
        let client = register(
            &mut server,
            &json!({
                "jwks": { "keys": [key.jwk()] },
                "request_object_signing_alg": "ES256",
                "require_signed_request_object": true,
                "userinfo_signed_response_alg": "RS256",
                "authorization_signed_response_alg": "RS256",
                "subject_type": "pairwise",
            }),
        );
        assert_eq!(client.status, 201, "{}", text(&client));
        let client = json(&client);
        assert_eq!(client["request_object_signing_alg"], "ES256");
        assert_eq!(client["require_signed_request_object"], true);
        assert_eq!(client["subject_type"], "pairwise");
        let mut server = server.restarted();
        let id = member(&client, "client_id");
        let mut claims = json!({ "client_id": id, "redirect_uri": URI, "response_mode": "jwt" });
        for (name, value) in web_request().into_iter().skip(2) {
            claims[name] = value.into();
        }
        let mut browser = Browser::default();
        // Not without a signature.
        let plain = [("client_id", id), ("redirect_uri", URI), ("response_type", "code")];
        let answer = redirected(&browser.authorize(&mut server, PLACE, &plain));
        assert_eq!(answer["error"], "invalid_request");
        let object = key.jws(&json!({ "alg": "ES256" }), &claims);
        let request = [("client_id", id), ("request", &*object)];
        let mut page = browser.authorize(&mut server, PLACE, &request);
        page = browser.login(&mut server, &page);
        if text(&page).contains("value=\"allow\"") {
            page = browser.submit(&mut server, &page, &[("decision", "allow")]);
        }
        let answer = verified(&redirected(&page)["response"]).1;
        let redeem = [
            ("client_id", id),
            ("client_secret", member(&client, "client_secret")),
            ("grant_type", "authorization_code"),
            ("code", member(&answer, "code")),
            ("redirect_uri", URI),
            ("code_verifier", VERIFIER),
        ];
        let tokens = ok(&server.token(PLACE, &redeem));
        let sub = verified(member(&tokens, "id_token")).1["sub"].clone();
        assert_ne!(sub, "user_alice");
        let info = server.userinfo(PLACE, member(&tokens, "access_token"));
        assert_eq!(verified(text(&info)).1["sub"], sub);
    }
}

#[test]
fn openid_connect_registration_section_2_what_cannot_be_had() {
    let mut server = server(Profile::Rfc9700);
    let key = ClientKey::es256(1);
    let keys = json!({ "keys": [key.jwk()] });
    for more in [
        json!({ "request_object_signing_alg": "none" }),
        json!({ "request_object_signing_alg": "HS256" }),
        json!({ "request_object_signing_alg": "ES256" }),
        json!({ "request_object_signing_alg": "RS256", "jwks": keys }),
        json!({ "require_signed_request_object": true }),
        json!({ "require_signed_request_object": true, "jwks_uri": "https://client.example/keys" }),
        json!({ "require_signed_request_object": "yes", "jwks": keys }),
        json!({ "userinfo_signed_response_alg": "ES256" }),
        json!({ "authorization_signed_response_alg": "none" }),
        json!({ "subject_type": "secret" }),
        json!({ "subject_type": "pairwise", "redirect_uris": [URI, "https://other.example/"] }),
    ] {
        let refusal = register(&mut server, &more);
        assert_eq!(refusal.status, 400, "{more}");
        refused(&refusal, 400, "invalid_client_metadata");
    }
}
