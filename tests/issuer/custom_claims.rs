//! Claims by configuration and by the host: OpenID Connect Core sections 5.1.2 and 5.3, RFC 9068 section
//! 2.2.3, RFC 7662 section 2.2.

use eiam_token::http::{HttpRequest, HttpResponse};
use eiam_token::issuer::{
    AccessTokenFormat, AuthMethod, ClaimPlace, ClaimValue, Claims, ClaimsContext, Config, Consent,
    CustomClaim, Expression, GrantType, Profile, Resource, respond_asking,
};
use serde_json::{Value, json};

use crate::keys::{Native, hs256};
use crate::support::*;

const CLIENT: [(&str, &str); 2] = [("client_id", "app_web"), ("client_secret", WEB_SECRET)];
const API: &str = "https://api.example.com";
const EVERYWHERE: [ClaimPlace; 3] = ClaimPlace::ALL;

fn text(value: &str) -> ClaimValue {
    ClaimValue::String(value.to_owned())
}

fn fixed(name: &str, value: &str, places: &[ClaimPlace]) -> CustomClaim {
    let mut claim = CustomClaim::fixed(name, text(value));
    claim.places = Some(places.to_vec());
    claim
}

fn made(name: &str, expression: &str, places: &[ClaimPlace], scope: Option<&str>) -> CustomClaim {
    let mut claim = CustomClaim::of_expression(name, Expression::read(expression).unwrap());
    claim.places = Some(places.to_vec());
    claim.scope = scope.map(str::to_owned);
    claim
}

fn groups(ids: &[&str]) -> ClaimValue {
    let group = |id: &&str| ClaimValue::Object(vec![("groupId".to_owned(), text(id))]);
    ClaimValue::Array(ids.iter().map(group).collect())
}

/// An issuer whose `app_web` gets JWTs, with claims of every kind.
fn with(profile: Profile, change: impl FnOnce(&mut Config)) -> Server {
    Server::with(|config| {
        config.profile = profile;
        let web = &mut config.applications[1];
        web.access_token_format = Some(AccessTokenFormat::Jwt);
        web.scopes.extend(["groups", "read"].map(str::to_owned));
        config.users[0].attributes = Claims(vec![("groups".to_owned(), groups(&["g1", "g2"]))]);
        change(config);
    })
}

fn request(scope: &'static str) -> Vec<(&'static str, &'static str)> {
    changed(web_request(), "scope", scope)
}

/// What the id_token, userinfo, the access token and introspection say.
struct Said {
    id_token: Value,
    userinfo: Value,
    access_token: Value,
    introspection: Value,
}

impl Said {
    fn of(server: &mut Server, scope: &'static str, resource: Option<&'static str>) -> Self {
        let mut asked = request(scope);
        asked.extend(resource.map(|resource| ("resource", resource)));
        let code = Browser::default().code(server, WEB, &asked);
        let tokens = ok(&server.redeem(&code));
        let access_token = member(&tokens, "access_token");
        let userinfo = ok(&server.userinfo(WEB, access_token));
        let pairs = [&CLIENT[..], &[("token", access_token)]].concat();
        Self {
            id_token: verified(member(&tokens, "id_token")).1,
            userinfo,
            access_token: verified(access_token).1,
            introspection: ok(&server.post(&WEB.api("introspect"), &pairs)),
        }
    }

    fn each(&self) -> [&Value; 3] {
        // RFC 7662 section 2.2: introspection says what the token says.
        let [id_token, userinfo, access] = [&self.id_token, &self.userinfo, &self.access_token];
        for (name, value) in access.as_object().unwrap() {
            if name != "jti" {
                assert_eq!(self.introspection.get(name), Some(value), "{name}");
            }
        }
        [id_token, userinfo, access]
    }
}

#[test]
fn each_place_has_its_own_claims() {
    for profile in PROFILES {
        for (index, place) in EVERYWHERE.into_iter().enumerate() {
            let mut server = with(profile, |config| {
                config.custom_claims = vec![fixed("of_all", "1", &[place])];
                config.applications[1].custom_claims = vec![fixed("of_app", "2", &[place])];
                config.users[0].custom_claims = vec![fixed("of_user", "3", &[place])];
                let mut resource = Resource::new(API);
                resource.custom_claims = vec![fixed("of_resource", "4", &[place])];
                config.resources = vec![resource];
            });
            let said = Said::of(&mut server, "openid", Some(API));
            for (other, said) in said.each().into_iter().enumerate() {
                for (name, value) in
                    [("of_all", "1"), ("of_app", "2"), ("of_user", "3"), ("of_resource", "4")]
                {
                    let expected = (other == index).then(|| json!(value));
                    assert_eq!(said.get(name), expected.as_ref(), "{name} {place:?} {other}");
                }
            }
            // A token for nothing says nothing of the resource.
            let said = Said::of(&mut server, "openid", None);
            assert!(said.each().iter().all(|said| said.get("of_resource").is_none()));
            assert_eq!(said.each()[index]["of_app"], "2");
        }
    }
}

#[test]
fn without_a_place_they_are_where_claims_of_users_or_resources_are() {
    for profile in PROFILES {
        let mut server = with(profile, |config| {
            config.custom_claims = vec![CustomClaim::fixed("of_all", text("1"))];
            let mut resource = Resource::new(API);
            resource.custom_claims = vec![CustomClaim::fixed("of_resource", text("4"))];
            config.resources = vec![resource];
        });
        let said = Said::of(&mut server, "openid", Some(API));
        let [id_token, userinfo, access_token] = said.each();
        for said in [id_token, userinfo] {
            assert_eq!((&said["of_all"], said.get("of_resource")), (&json!("1"), None));
        }
        assert_eq!(access_token["of_resource"], "4");
        assert_eq!(access_token.get("of_all"), None);
    }
}

#[test]
fn eiam_groups_and_roles_for_a_scope_of_choice() {
    for profile in PROFILES {
        let mut server = with(profile, |config| {
            let web = &mut config.applications[1];
            let ids = "ArrayMap(user.groups, __item.groupId)";
            web.custom_claims = vec![made("groups", ids, &EVERYWHERE, Some("groups"))];
            let mut roles = CustomClaim::fixed("roles", ClaimValue::Array(vec![text("admin")]));
            (roles.scope, roles.places) = (Some("groups".to_owned()), Some(EVERYWHERE.to_vec()));
            config.users[0].custom_claims = vec![roles];
        });
        for said in Said::of(&mut server, "openid groups", None).each() {
            assert_eq!(said["groups"], json!(["g1", "g2"]));
            assert_eq!(said["roles"], json!(["admin"]));
        }
        for said in Said::of(&mut server, "openid", None).each() {
            assert!(said.get("groups").is_none() && said.get("roles").is_none(), "{said}");
        }
        // A refresh that asks for less is told less.
        let code = Browser::default().code(&mut server, WEB, &request("openid groups"));
        let tokens = ok(&server.redeem(&code));
        let narrowed = [
            ("grant_type", "refresh_token"),
            ("refresh_token", member(&tokens, "refresh_token")),
            ("scope", "openid"),
        ];
        let tokens = ok(&server.web_token(&narrowed));
        for name in ["id_token", "access_token"] {
            assert!(verified(member(&tokens, name)).1.get("groups").is_none());
        }
    }
}

#[test]
fn the_more_special_claim_counts() {
    let mut server = with(Profile::Eiam, |config| {
        config.custom_claims = vec![
            fixed("email", "of all", &EVERYWHERE),
            fixed("of_all", "1", &EVERYWHERE),
            made("only_some", "user.nothing", &EVERYWHERE, None),
            made("only_some", "\"others\"", &EVERYWHERE, None),
        ];
        config.applications[1].custom_claims =
            vec![fixed("email", "of app", &EVERYWHERE), fixed("tier", "app", &EVERYWHERE)];
        config.users[0].custom_claims = vec![fixed("email", "of user", &EVERYWHERE)];
        let mut resource = Resource::new(API);
        resource.claims =
            Claims(vec![("tier".to_owned(), text("resource")), ("x".to_owned(), text("y"))]);
        config.resources = vec![resource];
    });
    let said = Said::of(&mut server, "openid email", Some(API));
    for said in said.each() {
        assert_eq!(said["email"], "of user");
        assert_eq!((&said["of_all"], &said["tier"]), (&json!("1"), &json!("app")));
        assert_eq!(said["only_some"], "others");
    }
    assert_eq!(said.access_token["x"], "y");
}

#[test]
fn eiam_expressions_over_user_and_application() {
    let mut server = with(Profile::Eiam, |config| {
        let places = [ClaimPlace::IdToken];
        config.custom_claims = [
            ("a", "user.userId"),
            ("b", "user.username"),
            ("c", "user.displayName"),
            ("d", "user.email"),
            ("e", "user.status"),
            ("f", "application.applicationId"),
            ("g", "application.name"),
            ("h", "ObjectToJsonString(user.groups)"),
            ("i", "user.groups"),
            ("j", "user.missing"),
        ]
        .map(|(name, expression)| made(name, expression, &places, None))
        .to_vec();
    });
    let said = Said::of(&mut server, "openid", None).id_token;
    for (name, expected) in [
        ("a", json!("user_alice")),
        ("b", json!("alice")),
        ("c", json!("Alice Example")),
        ("d", json!("alice@example.com")),
        ("e", json!("enabled")),
        ("f", json!("app_web")),
        ("g", json!(server.issuer.config().applications[1].name)),
        ("h", json!(r#"[{"groupId":"g1"},{"groupId":"g2"}]"#)),
        ("i", json!([{ "groupId": "g1" }, { "groupId": "g2" }])),
        ("j", Value::Null),
    ] {
        assert_eq!(said[name], expected, "{name}");
    }
    // Attributes are told to nobody by themselves.
    assert_eq!(said.get("groups"), None);
}

#[test]
fn rfc_6749_section_4_4_a_machine_has_no_user() {
    for profile in PROFILES {
        let mut server = with(profile, |config| {
            config.custom_claims = vec![
                made("name", "user.username", &EVERYWHERE, None),
                made("app", "application.applicationId", &EVERYWHERE, None),
            ];
            config.applications[1].custom_claims =
                vec![made("reads", "\"yes\"", &[ClaimPlace::AccessToken], Some("read"))];
        });
        for (scope, reads) in [("read", Some(json!("yes"))), ("groups", None)] {
            let pairs = [("grant_type", "client_credentials"), ("scope", scope)];
            let tokens = ok(&server.web_token(&pairs));
            let (_, claims) = verified(member(&tokens, "access_token"));
            assert_eq!((&claims["app"], claims.get("name")), (&json!("app_web"), None));
            assert_eq!(claims.get("reads"), reads.as_ref());
        }
    }
}

#[test]
fn eiam_a_scope_of_a_resource_in_either_spelling() {
    let mut server = with(Profile::Eiam, |config| {
        let mut resource = Resource::new(API);
        resource.scopes = vec!["read".to_owned()];
        let mut claim = CustomClaim::fixed("reads", text("yes"));
        claim.scope = Some("read".to_owned());
        resource.custom_claims = vec![claim];
        config.resources = vec![resource];
    });
    for scope in ["openid read", "openid https://api.example.com|read"] {
        assert_eq!(Said::of(&mut server, scope, None).access_token["reads"], "yes", "{scope}");
    }
    assert_eq!(Said::of(&mut server, "openid", Some(API)).access_token.get("reads"), None);
}

#[test]
fn rfc_6749_section_4_2_in_the_implicit_flow() {
    let mut server = with(Profile::Eiam, |config| {
        config.applications[1].grants.push(GrantType::Implicit);
        config.custom_claims = vec![fixed("tenant", "acme", &EVERYWHERE)];
    });
    let request = changed(request("openid"), "response_type", "id_token token");
    let mut browser = Browser::default();
    let page = browser.authorize(&mut server, WEB, &request);
    let page = browser.login(&mut server, &page);
    let answer = in_fragment(&browser.submit(&mut server, &page, &[("decision", "allow")]));
    for name in ["id_token", "access_token"] {
        assert_eq!(verified(&answer[name]).1["tenant"], "acme");
    }
}

#[test]
fn oidc_discovery_section_3_claims_supported() {
    let mut server = with(Profile::Eiam, |config| {
        config.custom_claims = vec![
            CustomClaim::fixed("of_all", text("1")),
            fixed("email", "x", &EVERYWHERE),
            fixed("of_tokens", "x", &[ClaimPlace::AccessToken]),
        ];
        config.applications[0].custom_claims = vec![CustomClaim::fixed("of_spa", text("1"))];
        config.users[0].custom_claims = vec![CustomClaim::fixed("of_user", text("1"))];
    });
    let mut names = |place: Place| -> Vec<String> {
        let url = format!("{}/.well-known/openid-configuration", place.issuer());
        let document = ok(&server.get(&url));
        serde_json::from_value(document["claims_supported"].clone()).unwrap()
    };
    let web = names(WEB);
    assert!(web.iter().any(|name| name == "of_all"));
    // What only some users have is theirs to tell.
    assert!(!web.iter().any(|name| name == "of_user"));
    assert!(!web.iter().any(|name| name == "of_spa" || name == "of_tokens"));
    assert_eq!(web.iter().filter(|name| *name == "email").count(), 1);
    assert!(names(SPA).iter().any(|name| name == "of_spa"));
    assert!(names(Place::Instance).iter().any(|name| name == "of_spa"));
}

#[test]
fn more_than_a_token_can_carry_is_refused_and_changes_nothing() {
    let mut server = with(Profile::Eiam, |config| {
        let long = ClaimValue::String("x".repeat(20_000));
        config.users[0].attributes = Claims(vec![("long".to_owned(), long)]);
        config.custom_claims = vec![made("long", "user.long", &[ClaimPlace::IdToken], None)];
    });
    let code = server.web_code();
    let before = server.snapshot();
    refused(&server.redeem(&code), 500, "server_error");
    assert_eq!(server.snapshot(), before);
}

/// What a host says.
type Says = fn(&ClaimsContext) -> Result<Claims, String>;

/// What asks for claims, and remembers what it was asked.
struct Host<'a> {
    asked: &'a core::cell::RefCell<Vec<ClaimsContext>>,
    says: Says,
}

impl Host<'_> {
    fn send(&self, server: &mut Server, request: &HttpRequest) -> HttpResponse {
        let source = |context: &ClaimsContext| {
            self.asked.borrow_mut().push(context.clone());
            (self.says)(context)
        };
        let now = server.now;
        respond_asking(&mut server.issuer, &*KEY, &Native, &source, request, now).unwrap()
    }

    fn redeem(&self, server: &mut Server, code: &str) -> HttpResponse {
        let pairs = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", WEB_URI),
            ("code_verifier", VERIFIER),
        ];
        let body = encode(&[&CLIENT[..], &pairs].concat());
        self.send(server, &HttpRequest::post_form(WEB.api("token"), body))
    }
}

fn one(name: &str, value: ClaimValue) -> Result<Claims, String> {
    Ok(Claims(vec![(name.to_owned(), value)]))
}

#[test]
fn the_host_is_asked_once_for_each_place() {
    let mut server = with(Profile::Eiam, |config| {
        config.custom_claims = vec![fixed("tenant", "of all", &EVERYWHERE)];
        config.resources = vec![Resource::new(API)];
    });
    let asked = core::cell::RefCell::default();
    let host = Host {
        asked: &asked,
        says: |context| match context.place {
            ClaimPlace::Userinfo => one("tenant", ClaimValue::Null),
            place => one("tenant", text(place.name())),
        },
    };
    let wanted = [&request("openid groups")[..], &[("resource", API)]].concat();
    let code = Browser::default().code(&mut server, WEB, &wanted);
    let tokens = ok(&host.redeem(&mut server, &code));
    for name in ["id_token", "access_token"] {
        assert_eq!(verified(member(&tokens, name)).1["tenant"], name);
    }
    let bearer = format!("Bearer {}", member(&tokens, "access_token"));
    let userinfo = HttpRequest::get(WEB.api("userinfo")).header("authorization", bearer);
    // What the host says is null is left out, whatever the configuration says.
    assert_eq!(ok(&host.send(&mut server, &userinfo)).get("tenant"), None);
    let pairs = [&CLIENT[..], &[("token", member(&tokens, "access_token"))]].concat();
    let introspect = HttpRequest::post_form(WEB.api("introspect"), encode(&pairs));
    assert_eq!(ok(&host.send(&mut server, &introspect))["tenant"], "access_token");

    let asked = asked.borrow();
    let places: Vec<_> = asked.iter().map(|context| context.place.name()).collect();
    assert_eq!(places, ["id_token", "access_token", "userinfo", "access_token"]);
    for context in &*asked {
        assert_eq!(context.issuer, WEB.issuer());
        assert_eq!((&*context.client_id, &*context.scope), ("app_web", "openid groups"));
        assert_eq!(context.subject.as_deref(), Some("user_alice"));
        assert_eq!(context.audience, [API]);
    }
}

#[test]
fn a_host_that_fails_is_a_server_error_and_nothing_is_half_done() {
    let wrong: [Says; 4] = [
        |_| Err("the directory is away".to_owned()),
        |_| one("sub", text("user_bob")),
        |_| one("a b", text("x")),
        |context| match context.place {
            ClaimPlace::AccessToken => one("scope", text("everything")),
            _ => Ok(Claims::default()),
        },
    ];
    for (says, expected) in wrong.into_iter().zip([
        "the directory is away",
        "it gives the claim sub, which the issuer makes itself",
        "whose name is not 1 to 128 bytes",
        "it gives the claim scope, which the issuer makes itself",
    ]) {
        let mut server = with(Profile::Eiam, |_| {});
        let code = server.web_code();
        let before = server.snapshot();
        let asked = core::cell::RefCell::default();
        let host = Host { asked: &asked, says };
        let description = refused(&host.redeem(&mut server, &code), 500, "server_error");
        assert!(description.contains(expected), "{description}");
        assert_eq!(server.snapshot(), before);
        // The code still works.
        ok(&Host { says: |_| Ok(Claims::default()), ..host }.redeem(&mut server, &code));
    }
}

/// The form of a page as a browser posts it.
fn form(browser: &Browser, page: &HttpResponse, fields: &[(&str, &str)]) -> HttpRequest {
    let form = Form::read(page);
    let mut pairs = vec![("transaction", form.transaction.as_deref().unwrap())];
    pairs.extend_from_slice(fields);
    let cookies: Vec<_> =
        browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    HttpRequest::post_form(form.action, encode(&pairs))
        .header("cookie", cookies.join("; "))
        .header("origin", "null")
        .header("sec-fetch-site", "same-origin")
}

#[test]
fn rfc_6749_section_4_2_2_1_a_host_that_fails_in_the_implicit_flow() {
    let asked = core::cell::RefCell::default();
    let failing = Host { asked: &asked, says: |_| Err("away".to_owned()) };
    let works = Host { asked: &asked, says: |_| one("tenant", text("acme")) };
    for consent in [Consent::Skip, Consent::Once] {
        let mut server = with(Profile::Eiam, |config| {
            config.applications[1].grants.push(GrantType::Implicit);
            config.applications[1].consent = consent;
        });
        let request = changed(request("openid"), "response_type", "id_token");
        let mut browser = Browser::default();
        let page = browser.authorize(&mut server, WEB, &request);
        let login = [("username", "alice"), ("password", "alice-password")];
        let post = match consent {
            Consent::Skip => form(&browser, &page, &login),
            _ => {
                let page = browser.submit(&mut server, &page, &login);
                form(&browser, &page, &[("decision", "allow")])
            }
        };
        let before = server.issuer.snapshot();
        let answer = in_fragment(&failing.send(&mut server, &post));
        assert_eq!(answer["error"], "server_error");
        assert!(answer["error_description"].contains("away"));
        // Nobody is signed in by that, and nothing is agreed to.
        assert_eq!(server.issuer.snapshot(), before);
        let answer = in_fragment(&works.send(&mut server, &post));
        assert_eq!(verified(&answer["id_token"]).1["tenant"], "acme");
    }
}

#[test]
fn what_works_once_is_not_used_up_by_asking() {
    // RFC 9126 section 7.3: a pushed request.
    let mut server = with(Profile::Eiam, |config| {
        config.applications[1].grants.push(GrantType::Implicit);
        config.applications[1].consent = Consent::Skip;
    });
    let mut browser = Browser::default();
    browser.code(&mut server, WEB, &web_request());
    let pushed = changed(request("openid"), "response_type", "id_token");
    let pushed = server.post(&WEB.api("par"), &[&pushed[..], &CLIENT[1..]].concat());
    let reference = json(&pushed)["request_uri"].as_str().unwrap().to_owned();
    let query = encode(&[("client_id", "app_web"), ("request_uri", &reference)]);
    let (name, value) = browser.cookies.iter().find(|(name, _)| name.contains("session")).unwrap();
    let request = HttpRequest::get(format!("{}?{query}", WEB.page("authorize")))
        .header("cookie", format!("{name}={value}"));
    let asked = core::cell::RefCell::default();
    let host = Host { asked: &asked, says: |_| one("tenant", text("acme")) };
    let answer = in_fragment(&host.send(&mut server, &request));
    assert_eq!(verified(&answer["id_token"]).1["tenant"], "acme");
    page_refused(&host.send(&mut server, &request), 400, "invalid_request_uri");

    // RFC 7523 section 3: an assertion.
    let secret = "CSa secret of at least 32 bytes, for HMAC";
    let mut server = with(Profile::Eiam, |config| {
        config.applications[1].client_secrets = vec![secret.into()];
        config.applications[1].token_endpoint_auth_methods =
            Some(vec![AuthMethod::ClientSecretJwt]);
    });
    let claims = json!({
        "iss": "app_web", "sub": "app_web", "aud": WEB.issuer(), "jti": "1", "exp": NOW + 60,
    });
    let assertion = hs256(secret, &claims);
    let pairs = [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", &assertion),
    ];
    let request = HttpRequest::post_form(WEB.api("token"), encode(&pairs));
    let tokens = ok(&host.send(&mut server, &request));
    assert_eq!(verified(member(&tokens, "access_token")).1["tenant"], "acme");
    refused(&host.send(&mut server, &request), 401, "invalid_client");
}
