//! Tokens, issuers that answer by a table, and what sends and verifies for a resource server.

use std::collections::{BTreeMap, BTreeSet};

use eiam_token::http::{HttpRequest, HttpResponse};
use eiam_token::resource::{
    AccessToken, Call, Failure, Needs, Refusal, ResourceServer, Step, TrustedIssuer,
};
use eiam_token::rustcrypto;
use serde_json::{Value, json};

use crate::keys::ClientKey;

pub const ISSUER: &str = "https://as.example.com";
pub const API: &str = "https://api.example.com";
pub const NOW: i64 = 1_700_000_000;

/// What RFC 9068 section 2.2 requires, with other members in the place of these; `null` removes one.
pub fn claims(more: Value) -> Value {
    let claims = json!({
        "iss": ISSUER, "aud": API, "sub": "user_alice", "client_id": "app_web", "jti": "one",
        "scope": "read write", "iat": NOW, "exp": NOW + 300,
    });
    merged(claims, more)
}

pub fn merged(mut base: Value, more: Value) -> Value {
    let members = base.as_object_mut().unwrap();
    for (name, value) in more.as_object().unwrap() {
        match value {
            Value::Null => drop(members.remove(name)),
            other => drop(members.insert(name.clone(), other.clone())),
        }
    }
    base
}

/// A token by a key, whose name is its algorithm's.
pub fn jwt(key: &ClientKey, more: Value, header: Value) -> String {
    let own = json!({ "alg": key.algorithm(), "kid": key.algorithm(), "typ": "at+jwt" });
    key.jws(&merged(own, header), &claims(more))
}

/// A token of the usual issuer.
pub fn token(more: Value) -> String {
    jwt(&ClientKey::es256(1), more, json!({}))
}

/// The keys of an issuer, with the names of their algorithms.
pub fn jwks(keys: &[ClientKey]) -> String {
    let named = |key: &ClientKey| {
        merged(key.jwk(), json!({ "kid": key.algorithm(), "alg": key.algorithm(), "use": "sig" }))
    };
    json!({ "keys": keys.iter().map(named).collect::<Vec<_>>() }).to_string()
}

/// An issuer whose keys are known: one for each algorithm.
pub fn issuer() -> TrustedIssuer {
    TrustedIssuer::new(ISSUER).unwrap().with_keys(&jwks(&ClientKey::all())).unwrap()
}

/// The usual server with the usual issuer.
pub fn server() -> ResourceServer {
    of(issuer())
}

pub fn of(issuer: TrustedIssuer) -> ResourceServer {
    ResourceServer::new([issuer], [API]).unwrap()
}

/// An issuer's answers by the paths of the requests, and what it was asked.
#[derive(Default)]
pub struct Network {
    pub answers: BTreeMap<String, HttpResponse>,
    pub asked: Vec<HttpRequest>,
    /// The proofs that were used, for a server that does not remember them itself.
    pub used: BTreeSet<String>,
}

impl Network {
    pub fn of<const N: usize>(answers: [(&str, Value); N]) -> Self {
        let mut this = Self::default();
        for (path, body) in answers {
            this.set(path, HttpResponse::new(200, body.to_string()));
        }
        this
    }

    pub fn set(&mut self, path: &str, answer: HttpResponse) {
        self.answers.insert(path.to_owned(), answer);
    }

    pub fn urls(&self) -> Vec<&str> {
        self.asked.iter().map(|request| request.url.as_str()).collect()
    }

    fn send(&mut self, request: HttpRequest) -> HttpResponse {
        let (_, rest) = request.url.split_once("://").unwrap();
        let path = &rest[rest.find('/').unwrap_or(rest.len())..];
        let answer = self.answers.get(path).cloned();
        self.asked.push(request);
        answer.unwrap_or_else(|| HttpResponse::new(404, ""))
    }
}

/// A request with a bearer token.
pub fn bearer(token: &str) -> Call {
    call(&format!("Bearer {token}"))
}

/// A request with this field `Authorization`.
pub fn call(authorization: &str) -> Call {
    Call::new("GET", "https://api.example.com/things?x=1", [("Authorization", authorization)])
}

/// Does what the verification says.
pub fn verify(
    server: &mut ResourceServer,
    network: &mut Network,
    call: &Call,
    needs: &Needs,
    now: i64,
) -> Result<AccessToken, Failure> {
    let mut verification = server.verify(call, needs, now)?;
    for _ in 0..100 {
        match verification.step(server, now)? {
            Step::Send(request) => {
                let response = network.send(request);
                verification.answered(server, &response, now)?;
            }
            Step::Verify(check) => {
                verification.verified(rustcrypto::is_genuine(check.key(), check.signature()));
            }
            Step::Remember(proof) => {
                let is_new = network.used.insert(proof.id());
                verification.remembered(is_new);
            }
            Step::Done(token) => return Ok(*token),
        }
    }
    panic!("without end");
}

/// The result of a call that needs nobody on the network.
pub fn result(
    server: &mut ResourceServer,
    call: &Call,
    needs: &Needs,
) -> Result<AccessToken, Failure> {
    let mut network = Network::default();
    let result = verify(server, &mut network, call, needs, NOW);
    assert!(network.asked.is_empty(), "{:?}", network.urls());
    result
}

/// The token of a request that is let through.
#[track_caller]
pub fn accepted(server: &mut ResourceServer, call: &Call) -> AccessToken {
    result(server, call, &Needs::default()).unwrap()
}

/// How a request is refused.
#[track_caller]
pub fn refusal(server: &mut ResourceServer, call: &Call, needs: &Needs) -> Refusal {
    refused(result(server, call, needs))
}

#[track_caller]
pub fn refused(result: Result<AccessToken, Failure>) -> Refusal {
    match result {
        Err(Failure::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// The code of a refusal.
#[track_caller]
pub fn code(result: Result<AccessToken, Failure>) -> &'static str {
    refused(result).error().map_or("", |error| error.code())
}
