//! A host that gives no claims, at each grant: what works once is not used up, whatever it is.

use eiam_token::http::{HttpRequest, HttpResponse};
use eiam_token::issuer::{
    AccessTokenFormat, AuthMethod, ClaimValue, Claims, ClaimsContext, GrantType, TrustedIssuer,
    respond_asking,
};
use serde_json::json;

use crate::keys::{ClientKey, Native};
use crate::support::*;

const FOREIGN: &str = "https://login.example.net";
const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The keys of the client, of its proofs, and of another issuer.
fn keys() -> [ClientKey; 3] {
    [21, 22, 23].map(ClientKey::es256)
}

fn signed(key: &ClientKey, claims: &serde_json::Value) -> String {
    key.jws(&json!({ "alg": "ES256", "typ": "JWT" }), claims)
}

/// `app_web` has opened all grants, authenticates by its key, and gets JWTs that are bound to another one.
fn server() -> Server {
    Server::with(|config| {
        let [own, _, foreign] = keys();
        let web = &mut config.applications[1];
        web.grants = [
            GrantType::AuthorizationCode,
            GrantType::RefreshToken,
            GrantType::DeviceCode,
            GrantType::ClientCredentials,
            GrantType::Password,
            GrantType::TokenExchange,
            GrantType::JwtBearer,
        ]
        .to_vec();
        web.scopes.push("read".into());
        web.access_token_format = Some(AccessTokenFormat::Jwt);
        web.token_endpoint_auth_methods = Some(vec![AuthMethod::PrivateKeyJwt]);
        web.jwks = vec![own.registered()].into();
        web.dpop_bound_access_tokens = true;
        config.trusted_issuers = vec![TrustedIssuer::new(FOREIGN, vec![foreign.registered()])];
    })
}

/// A token request with an assertion and a proof, which both work once.
fn request(id: &str, pairs: &[(&str, &str)]) -> HttpRequest {
    let [own, proof, _] = keys();
    let assertion = signed(
        &own,
        &json!({
            "iss": "app_web", "sub": "app_web", "aud": WEB.issuer(), "jti": id, "exp": NOW + 60,
        }),
    );
    let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": proof.jwk() });
    let claims = json!({ "htm": "POST", "htu": WEB.api("token"), "jti": id, "iat": NOW });
    let client = [("client_assertion_type", TYPE), ("client_assertion", &*assertion)];
    HttpRequest::post_form(WEB.api("token"), encode(&[&client[..], pairs].concat()))
        .header("dpop", proof.jws(&header, &claims))
}

fn send(
    server: &mut Server,
    says: fn(&ClaimsContext) -> Result<Claims, String>,
    request: &HttpRequest,
) -> HttpResponse {
    let now = server.now;
    respond_asking(&mut server.issuer, &*KEY, &Native, &says, request, now).unwrap()
}

fn device_code(server: &mut Server) -> String {
    let device = ok(&server.post(&WEB.api("device/code"), &[("scope", "openid read")]));
    let mut browser = Browser::default();
    let page = browser.get(server, &WEB.page("device"));
    let login = browser.submit(server, &page, &[("user_code", member(&device, "user_code"))]);
    let question = browser.login(server, &login);
    browser.submit(server, &question, &[("decision", "allow")]);
    member(&device, "device_code").to_owned()
}

#[test]
fn a_host_that_fails_uses_nothing_up_by_any_grant() {
    let mut server = server();
    let code = server.web_code();
    let device = device_code(&mut server);
    let assertion = signed(
        &keys()[2],
        &json!({
            "iss": FOREIGN, "sub": "user_alice", "aud": WEB.issuer(), "jti": "1", "exp": NOW + 60,
        }),
    );
    let first = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", WEB_URI),
        ("code_verifier", VERIFIER),
    ];
    let mut tokens = json!(null);
    let mut check = |server: &mut Server, id: &str, pairs: &[(&str, &str)]| {
        let before = server.snapshot();
        let asked = request(id, pairs);
        for _ in 0..2 {
            let answer = send(server, |_| Err("away".to_owned()), &asked);
            assert!(refused(&answer, 500, "server_error").contains("away"), "{id}");
            assert_eq!(server.snapshot(), before, "{id}");
        }
        // So are claims of which there are too many.
        let answer = send(
            server,
            |_| Ok(Claims(vec![("a".to_owned(), ClaimValue::String("x".repeat(20_000)))])),
            &asked,
        );
        refused(&answer, 500, "server_error");
        assert_eq!(server.snapshot(), before, "{id}");
        let answer = ok(&send(server, |_| Ok(Claims::default()), &asked));
        if answer["refresh_token"].is_string() {
            tokens = answer;
        }
        // Once it has worked, it works no more.
        let again = send(server, |_| Ok(Claims::default()), &asked);
        assert!(matches!(again.status, 400 | 401), "{id}: {}", again.status);
        tokens.clone()
    };
    let tokens = check(&mut server, "code", &first);
    let refresh =
        [("grant_type", "refresh_token"), ("refresh_token", member(&tokens, "refresh_token"))];
    let tokens = check(&mut server, "refresh", &refresh);
    let subject = member(&tokens, "access_token");
    let others: [(&str, &[(&str, &str)]); 5] = [
        ("device", &[("grant_type", DEVICE_GRANT), ("device_code", &device)]),
        ("client", &[("grant_type", "client_credentials"), ("scope", "read")]),
        (
            "password",
            &[("grant_type", "password"), ("username", "alice"), ("password", "alice-password")],
        ),
        (
            "exchange",
            &[
                ("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange"),
                ("subject_token", subject),
                ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
            ],
        ),
        (
            "bearer",
            &[
                ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
                ("assertion", &assertion),
                ("scope", "read"),
            ],
        ),
    ];
    for (id, pairs) in others {
        check(&mut server, id, pairs);
    }
}
