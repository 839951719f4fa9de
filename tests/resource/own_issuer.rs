//! A service behind the layer, called with tokens of the crate's own issuer, which are in the same process.

use core::convert::Infallible;
use std::sync::{Arc, Mutex};

use eiam_token::base64url;
use eiam_token::client::dpop::{Proof, PublicKey};
use eiam_token::client::token::{self, ClientCredentials};
use eiam_token::client::{Authentication, Client, discovery};
use eiam_token::http::{HttpRequest, HttpResponse};
use eiam_token::issuer::{Config, Issuer, Sessions, Signer, respond_verified};
use eiam_token::resource::tower::{Backend, RequireAccessToken};
use eiam_token::resource::{AccessToken, Introspector, Needs, ResourceServer, TrustedIssuer};
use http::{Request, Response};
use serde_json::Value;
use tower::{Layer, ServiceExt, service_fn};

use crate::keys::{ClientKey, Native};
use crate::layer::now;
use crate::support::NOW;

const BASE: &str = "http://127.0.0.1:9400";
const INSTANCE: &str = "http://127.0.0.1:9400/api/v2/iauths_system/oauth2";
const MACHINE: &str = "http://127.0.0.1:9400/v2/idaas_example/app_machine/oidc";
const SECRET: &str = "CSmachineExampleSecretThatEverybodyKnows123456";
const SERVER: &str = "api://api.example.com";
const READ: &str = "api://api.example.com|read:file";

/// The issuer as all who ask it share it.
#[derive(Clone)]
struct Own(Arc<Mutex<(Issuer, ClientKey)>>);

impl Own {
    fn new() -> Self {
        let key = ClientKey::rs256();
        let mut issuer = Issuer::new(Config::example(BASE), Sessions::Cookie, [7; 32]).unwrap();
        issuer.set_signing_key(key.public_jwk());
        Self(Arc::new(Mutex::new((issuer, key))))
    }

    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let (issuer, key) = &mut *self.0.lock().unwrap();
        respond_verified(issuer, key, &Native, request, NOW).unwrap()
    }

    /// The machine as a client of one of the issuers.
    fn client(&self, issuer: &str) -> Client {
        let request = discovery::requests(issuer).unwrap().remove(0);
        let server = discovery::parse_response(&self.answer(&request), issuer).unwrap();
        Client::new(server, "app_machine", Authentication::post(SECRET)).unwrap()
    }

    fn token(&self, issuer: &str) -> String {
        let client = self.client(issuer);
        let request = client.token_request(&ClientCredentials { scope: Some(READ) }, &[]).unwrap();
        let tokens = token::parse_response(&self.answer(&request), NOW).unwrap();
        tokens.access_token.expose().to_owned()
    }
}

impl Backend for Own {
    type Error = Infallible;

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, Infallible> {
        Ok(self.answer(&request))
    }

    fn now(&self) -> i64 {
        NOW
    }
}

/// What the service answers that needs to read.
fn answer(own: &Own, issuer: TrustedIssuer, fields: &[(&str, &str)]) -> Response<String> {
    let server =
        ResourceServer::new([issuer], [SERVER]).unwrap().at("https://api.example.com").unwrap();
    let guard = RequireAccessToken::new(server, own.clone()).needing(Needs::scope(READ));
    let service = guard.layer(service_fn(async |request: Request<()>| {
        let token = request.extensions().get::<AccessToken>().unwrap();
        let said = format!("{} {}", token.client_id.as_deref().unwrap(), token.scope.join(" "));
        Ok::<_, Infallible>(Response::new(said))
    }));
    let mut request = Request::get("/things");
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    now(service.oneshot(request.body(()).unwrap())).unwrap()
}

#[test]
fn eiam_jwts_of_the_instance_for_a_resource_server() {
    let own = Own::new();
    let field = format!("Bearer {}", own.token(INSTANCE));
    let issuer = || TrustedIssuer::new(INSTANCE).unwrap();
    let response = answer(&own, issuer(), &[("authorization", &field)]);
    assert_eq!(
        (response.status().as_u16(), response.body().as_str()),
        (200, "app_machine read:file")
    );
    let without = answer(&own, issuer(), &[]);
    assert_eq!(without.status(), 401);
    assert_eq!(without.headers()["www-authenticate"], format!("Bearer scope=\"{READ}\""));
}

#[test]
fn rfc_7662_opaque_tokens_of_an_application_and_revoked_ones_not() {
    let own = Own::new();
    let text = own.token(MACHINE);
    let field = format!("Bearer {text}");
    let asked = |seconds| {
        let mut introspector = Introspector::new("app_machine", Authentication::post(SECRET));
        introspector.cache_seconds = seconds;
        TrustedIssuer::new(MACHINE).unwrap().with_introspection(introspector).unwrap()
    };
    let response = answer(&own, asked(0), &[("authorization", &field)]);
    assert_eq!(
        (response.status().as_u16(), response.body().as_str()),
        (200, "app_machine read:file")
    );
    let client = own.client(MACHINE);
    let revocation = client.revocation_request(&text, None).unwrap();
    assert_eq!(own.answer(&revocation).status, 200);
    assert_eq!(answer(&own, asked(0), &[("authorization", &field)]).status(), 401);
}

#[test]
fn rfc_9449_tokens_that_are_bound_to_a_key() {
    let (own, key) = (Own::new(), ClientKey::es256(5));
    let jwk: Value = key.jwk();
    let member = |name: &str| jwk[name].as_str().unwrap();
    let public = PublicKey::Ec { curve: "P-256", x: member("x"), y: member("y") };
    let proven = |request: HttpRequest, id: u8| {
        let proof = Proof::of("ES256", &public, &request, None, &[id; 16], NOW).unwrap();
        let signature = key.sign(proof.signing_input().as_bytes());
        proof.prove(request, &signature)
    };
    let client = own.client(INSTANCE);
    let request = client.token_request(&ClientCredentials { scope: Some(READ) }, &[]).unwrap();
    let body = own.answer(&proven(request, 1)).body.clone();
    let tokens: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(tokens["token_type"], "DPoP");
    let text = tokens["access_token"].as_str().unwrap();
    let request = HttpRequest::get("https://api.example.com/things")
        .header("authorization", format!("Bearer {text}"));
    let request = proven(request, 2);
    let fields: Vec<_> = request.headers.iter().collect();
    let issuer = || TrustedIssuer::new(INSTANCE).unwrap();
    assert_eq!(answer(&own, issuer(), &fields).status(), 200);
    // Alone it is of no use to a thief.
    let stolen = answer(&own, issuer(), &[("authorization", &format!("Bearer {text}"))]);
    assert_eq!(stolen.status(), 401);
    let hash = base64url::decode(text.split('.').next().unwrap());
    assert!(hash.is_ok(), "a JWT");
}
