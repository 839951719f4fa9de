//! Bound tokens by every grant, at both issuers: RFC 9449 section 5.

use eiam_token::base64url;
use eiam_token::http::{HttpRequest, HttpResponse};
use eiam_token::issuer::{AccessTokenFormat, GrantType};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::keys::ClientKey;
use crate::support::*;

/// One application has opened all grants, with and without a secret.
fn server(format: AccessTokenFormat, public: bool, bound_only: bool) -> Server {
    Server::with(|config| {
        let web = &mut config.applications[1];
        web.grants = [
            GrantType::AuthorizationCode,
            GrantType::RefreshToken,
            GrantType::DeviceCode,
            GrantType::Password,
            GrantType::ClientCredentials,
        ]
        .to_vec();
        web.scopes.push("read".into());
        web.access_token_format = Some(format);
        web.dpop_bound_access_tokens = bound_only;
        web.public = public;
        if public {
            web.grants.pop();
            web.client_secrets.clear();
        }
    })
}

struct Asker {
    place: Place,
    key: ClientKey,
    public: bool,
    proofs: u32,
}

impl Asker {
    fn proof(&mut self, method: &str, name: &str, token: Option<&str>) -> String {
        self.proofs += 1;
        let mut claims = json!({
            "htm": method, "htu": self.place.api(name), "jti": self.proofs.to_string(), "iat": NOW,
        });
        if let Some(token) = token {
            claims["ath"] = base64url::encode(&Sha256::digest(token.as_bytes())).into();
        }
        let header =
            json!({ "typ": "dpop+jwt", "alg": self.key.algorithm(), "jwk": self.key.jwk() });
        self.key.jws(&header, &claims)
    }

    fn with_client<'a>(&self, pairs: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut all = vec![("client_id", "app_web")];
        all.extend((!self.public).then_some(("client_secret", WEB_SECRET)));
        all.extend_from_slice(pairs);
        all
    }

    fn plain(&self, server: &mut Server, pairs: &[(&str, &str)]) -> HttpResponse {
        server.token(self.place, &self.with_client(pairs))
    }

    fn bound(&mut self, server: &mut Server, pairs: &[(&str, &str)]) -> HttpResponse {
        let form = encode(&self.with_client(pairs));
        let request = HttpRequest::post_form(self.place.api("token"), form);
        server.send(&request.header("dpop", self.proof("POST", "token", None)))
    }

    /// The parameters of a token request by each grant, all that it needs having happened.
    fn grants(&self, server: &mut Server) -> Vec<Vec<(&'static str, String)>> {
        let scope = "openid read offline_access";
        let request = changed(web_request(), "scope", scope);
        let code = Browser::default().code(server, self.place, &request);
        let asked = self.with_client(&[("scope", scope)]);
        let device = ok(&server.post(&self.place.api("device/code"), &asked));
        let mut browser = Browser::default();
        let page = browser.get(server, &self.place.page("device"));
        let typed = [("user_code", member(&device, "user_code"))];
        let login = browser.submit(server, &page, &typed);
        let question = browser.login(server, &login);
        browser.submit(server, &question, &[("decision", "allow")]);
        let mut grants = vec![
            vec![
                ("grant_type", "authorization_code".to_owned()),
                ("code", code),
                ("redirect_uri", WEB_URI.to_owned()),
                ("code_verifier", VERIFIER.to_owned()),
            ],
            vec![
                ("grant_type", DEVICE_GRANT.to_owned()),
                ("device_code", member(&device, "device_code").to_owned()),
            ],
            vec![
                ("grant_type", "password".to_owned()),
                ("username", "alice".to_owned()),
                ("password", "alice-password".to_owned()),
                ("scope", scope.to_owned()),
            ],
        ];
        if !self.public {
            grants.push(vec![
                ("grant_type", "client_credentials".to_owned()),
                ("scope", "read".to_owned()),
            ]);
        }
        grants
    }

    /// Checks that an access token works with its key, and says so.
    #[track_caller]
    fn check(&mut self, server: &mut Server, tokens: &Value, format: AccessTokenFormat) {
        assert_eq!(tokens["token_type"], "DPoP");
        let token = member(tokens, "access_token");
        let thumbprint = self.key.thumbprint();
        if format == AccessTokenFormat::Jwt {
            assert_eq!(verified(token).1["cnf"]["jkt"], thumbprint);
        } else {
            let info = server.issuer.inspect_access_token(token, NOW).unwrap();
            assert_eq!(info.jkt.as_deref(), Some(&*thumbprint));
        }
        if !self.public {
            let asked = self.with_client(&[("token", token)]);
            let info = ok(&server.post(&self.place.api("introspect"), &asked));
            assert_eq!(
                (&info["token_type"], &info["cnf"]["jkt"]),
                (&json!("DPoP"), &json!(thumbprint))
            );
        }
        if tokens.get("id_token").is_some() {
            let url = self.place.api("userinfo");
            let proof = self.proof("GET", "userinfo", Some(token));
            let request = HttpRequest::get(&url)
                .header("authorization", format!("DPoP {token}"))
                .header("dpop", proof);
            assert_eq!(ok(&server.send(&request))["sub"], "user_alice");
            let bearer = HttpRequest::get(&url).header("authorization", format!("Bearer {token}"));
            refused(&server.send(&bearer), 400, "invalid_token");
        }
    }
}

#[test]
fn rfc_9449_section_5_every_grant_at_both_issuers() {
    for format in AccessTokenFormat::ALL {
        for place in [WEB, Place::Instance] {
            for public in [false, true] {
                let mut server = server(format, public, true);
                let mut asker = Asker { place, key: ClientKey::es256(1), public, proofs: 0 };
                for grant in asker.grants(&mut server) {
                    let pairs: Vec<_> =
                        grant.iter().map(|(name, value)| (*name, value.as_str())).collect();
                    // Section 5.2: the application takes nothing else. Nothing is used up by that.
                    refused(&asker.plain(&mut server, &pairs), 400, "invalid_dpop_proof");
                    let tokens = ok(&asker.bound(&mut server, &pairs));
                    asker.check(&mut server, &tokens, format);
                    let Some(token) = tokens["refresh_token"].as_str() else {
                        assert_eq!(grant[0].1, "client_credentials");
                        continue;
                    };
                    let refresh = [("grant_type", "refresh_token"), ("refresh_token", token)];
                    refused(&asker.plain(&mut server, &refresh), 400, "invalid_dpop_proof");
                    if public {
                        let mut thief = Asker { key: ClientKey::es256(2), ..asker };
                        thief.proofs += 1000;
                        refused(&thief.bound(&mut server, &refresh), 400, "invalid_grant");
                        asker = Asker { key: ClientKey::es256(1), ..thief };
                    }
                    let tokens = ok(&asker.bound(&mut server, &refresh));
                    asker.check(&mut server, &tokens, format);
                }
            }
        }
    }
}

#[test]
fn rfc_9449_section_5_a_public_client_binds_at_its_first_proof() {
    for place in [WEB, Place::Instance] {
        let mut server = server(AccessTokenFormat::Opaque, true, false);
        let mut asker = Asker { place, key: ClientKey::es256(1), public: true, proofs: 0 };
        for grant in asker.grants(&mut server) {
            let pairs: Vec<_> = grant.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let tokens = ok(&asker.plain(&mut server, &pairs));
            assert_eq!(tokens["token_type"], "Bearer");
            let token = member(&tokens, "refresh_token");
            let refresh = [("grant_type", "refresh_token"), ("refresh_token", token)];
            let tokens = ok(&asker.bound(&mut server, &refresh));
            asker.check(&mut server, &tokens, AccessTokenFormat::Opaque);
            // From now on it needs the key.
            let token = member(&tokens, "refresh_token");
            let refresh = [("grant_type", "refresh_token"), ("refresh_token", token)];
            refused(&asker.plain(&mut server, &refresh), 400, "invalid_grant");
        }
    }
}

#[test]
fn rfc_9449_section_10_the_key_of_the_code_at_both_issuers_and_in_every_way_to_name_it() {
    for place in [WEB, Place::Instance] {
        let signer = ClientKey::ed_dsa(1);
        let mut server = Server::with(|config| {
            config.applications[1].jwks = vec![signer.registered()].into();
            config.applications[1].require_signed_request_object = true;
        });
        let key = ClientKey::es256(1);
        let thumbprint = key.thumbprint();
        let mut claims = json!({ "client_id": "app_web", "dpop_jkt": thumbprint });
        for (name, value) in web_request() {
            claims[name] = value.into();
        }
        let object = signer.jws(&json!({ "alg": "EdDSA" }), &claims);
        let mut asker = Asker { place, key, public: false, proofs: 0 };
        // In a signed request, which may be pushed; then a proof must be by the same key.
        let push = [("client_id", "app_web"), ("client_secret", WEB_SECRET), ("request", &object)];
        let push = |server: &mut Server, asker: &mut Asker| {
            let proof = asker.proof("POST", "par", None);
            let request = HttpRequest::post_form(place.api("par"), encode(&push));
            server.send(&request.header("dpop", proof))
        };
        let mut other = Asker { key: ClientKey::es256(2), ..asker };
        refused(&push(&mut server, &mut other), 400, "invalid_dpop_proof");
        asker = Asker { key: ClientKey::es256(1), ..other };
        let pushed = json(&push(&mut server, &mut asker));
        for request in [
            vec![("client_id", "app_web"), ("request", object.as_str())],
            vec![("client_id", "app_web"), ("request_uri", member(&pushed, "request_uri"))],
        ] {
            let code = Browser::default().code(&mut server, place, &request);
            let redeem = [
                ("grant_type", "authorization_code"),
                ("code", code.as_str()),
                ("redirect_uri", WEB_URI),
                ("code_verifier", VERIFIER),
            ];
            refused(&asker.plain(&mut server, &redeem), 400, "invalid_grant");
            assert_eq!(ok(&asker.bound(&mut server, &redeem))["token_type"], "DPoP");
        }
    }
}
