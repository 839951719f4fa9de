//! Configurations that make no sense are refused, with the path of the key.

use eiam_token::issuer::{Application, Config, ConfigError, Introspects, Issuer, Sessions};
use serde_json::{Value, json};

use crate::support::BASE;

fn valid() -> Value {
    json!({
        "profile": "eiam",
        "baseUrl": BASE,
        "instanceId": "idaas_example",
        "applications": [{
            "applicationId": "app_web",
            "name": "Web",
            "clientSecrets": ["CSx"],
            "redirectUris": ["http://127.0.0.1:8700/cb"],
            "postLogoutRedirectUris": [],
            "grants": ["authorization_code", "refresh_token", "client_credentials", "password",
                       "urn:ietf:params:oauth:grant-type:device_code"],
            "scopes": ["openid", "profile", "email", "phone"],
            "defaultScope": "openid",
            "accessTokenFormat": "opaque",
            "introspects": ["https://api.example.com"],
            "public": false,
            "pkce": { "required": true, "methods": ["S256"] },
            "consent": "skip",
            "lifetimes": { "code": 60, "accessToken": 1200, "idToken": 300,
                           "refreshToken": 86400, "deviceCode": 1200 }
        }],
        "resources": [{
            "identifier": "https://api.example.com", "scopes": ["read"], "accessTokenFormat": "jwt",
            "lifetime": 60, "signing": "RS256", "claims": { "tier": "a" }, "customClaims": [],
            "applicationId": "app_web"
        }],
        "registration": {
            "initialAccessTokens": ["initial-access-token"], "softwareStatementRequired": true,
            "softwareStatementIssuers": [{ "issuer": "https://vendor.example", "jwks": { "keys": [
                { "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }
            ] } }],
            "lifetime": 60
        },
        "clientIdMetadata": { "hosts": ["app.example.com"], "allowLoopback": true, "longestCached": 60 },
        "registeredClients": {
            "grants": ["authorization_code"], "scopes": ["openid"], "defaultScope": "openid",
            "consent": "always", "accessTokenFormat": "jwt", "lifetimes": { "code": 30 }
        },
        "users": [{
            "userId": "user_alice", "username": "alice", "password": "secret-password",
            "claims": { "name": "Alice", "email": "alice@example.com", "groups": ["a", { "b": 1.5 }] }
        }],
        "signing": "RS256"
    })
}

fn read(config: &Value) -> Result<Issuer, ConfigError> {
    let text = config.to_string();
    let config = Config::read(&mut serde_json::Deserializer::from_str(&text))?;
    Issuer::new(config, Sessions::Cookie, [0; 32])
}

#[test]
fn the_documented_configuration_is_read() {
    let issuer = read(&valid()).unwrap();
    assert_eq!(issuer.config().applications[0].lifetimes.access_token, 1200);
}

#[test]
fn only_what_has_no_default_is_needed() {
    let config = json!({
        "baseUrl": BASE, "instanceId": "i",
        "applications": [{ "applicationId": "a", "public": true, "redirectUris": ["com.example.app:/cb"] }]
    });
    let issuer = read(&config).unwrap();
    let application = &issuer.config().applications[0];
    assert_eq!(application.scopes, ["openid", "profile", "email", "phone"]);
    // The service's own defaults.
    let lifetimes = application.lifetimes;
    assert_eq!(lifetimes.code, 60);
    assert_eq!(lifetimes.access_token, 1200);
    assert_eq!(lifetimes.id_token, 300);
    assert_eq!(lifetimes.refresh_token, 86400);
    assert_eq!(lifetimes.device_code, 1200);
}

#[test]
fn whatever_is_wrong_is_named_by_its_path() {
    let long_path = "applications[0]";
    for (pointer, value, path) in [
        ("/profile", json!("strict"), "profile"),
        ("/signing", json!("none"), "signing"),
        ("/baseUrl", json!("ftp://x"), "baseUrl"),
        ("/baseUrl", json!("http://x/"), "baseUrl"),
        ("/baseUrl", json!("http://x?y"), "baseUrl"),
        ("/baseUrl", json!("http://x/\"y"), "baseUrl"),
        ("/baseUrl", json!(7), "baseUrl"),
        ("/baseUrl", json!("request"), "allowedHosts"),
        ("/baseUrl", json!("Request"), "baseUrl"),
        ("/instanceId", json!(""), "instanceId"),
        ("/instanceId", json!("a/b"), "instanceId"),
        ("/applications", json!([]), "applications"),
        ("/applications/0/applicationId", json!("common"), "applications[0].applicationId"),
        ("/applications/0/applicationId", json!("a b"), "applications[0].applicationId"),
        ("/applications/0/clientSecrets", json!([]), "applications[0].clientSecrets"),
        ("/applications/0/clientSecrets", json!(["a", "b", "c"]), "applications[0].clientSecrets"),
        ("/applications/0/clientSecrets", json!([""]), "applications[0].clientSecrets[0]"),
        ("/applications/0/redirectUris", json!([]), "applications[0].redirectUris"),
        (
            "/applications/0/redirectUris/0",
            json!("https://x/#f"),
            "applications[0].redirectUris[0]",
        ),
        ("/applications/0/redirectUris/0", json!("/cb"), "applications[0].redirectUris[0]"),
        (
            "/applications/0/redirectUris/0",
            json!("javascript:x"),
            "applications[0].redirectUris[0]",
        ),
        (
            "/applications/0/redirectUris/0",
            json!("data:text/html,x"),
            "applications[0].redirectUris[0]",
        ),
        (
            "/applications/0/redirectUris/0",
            json!("https://a@b/"),
            "applications[0].redirectUris[0]",
        ),
        (
            "/applications/0/redirectUris/0",
            json!("https://a/ b"),
            "applications[0].redirectUris[0]",
        ),
        ("/applications/0/redirectUris/0", json!(["x"]), "applications[0].redirectUris[0]"),
        (
            "/applications/0/redirectUris/0",
            json!("http://localhost:*/cb"),
            "applications[0].redirectUris[0]",
        ),
        (
            "/applications/0/postLogoutRedirectUris",
            json!(["https://*.example/"]),
            "applications[0].postLogoutRedirectUris[0]",
        ),
        ("/baseUrl", json!("http://127.0.0.1:*"), "baseUrl"),
        ("/baseUrl", json!("http://127.0.0.1:99999"), "baseUrl"),
        (
            "/applications/0/postLogoutRedirectUris",
            json!(["x"]),
            "applications[0].postLogoutRedirectUris[0]",
        ),
        ("/applications/0/grants", json!(["hybrid"]), "applications[0].grants"),
        ("/applications/0/scopes/1", json!("a b"), "applications[0].scopes[1]"),
        ("/applications/0/scopes/1", json!("x|"), "applications[0].scopes[1]"),
        ("/applications/0/pkce/methods", json!([]), "applications[0].pkce.methods"),
        ("/applications/0/pkce/methods", json!(["S512"]), "applications[0].pkce.methods"),
        ("/applications/0/consent", json!("never"), "applications[0].consent"),
        ("/applications/0/lifetimes/code", json!(0), "applications[0].lifetimes.code"),
        (
            "/applications/0/lifetimes/accessToken",
            json!(-1),
            "applications[0].lifetimes.accessToken",
        ),
        (
            "/applications/0/lifetimes/accessToken",
            json!("60"),
            "applications[0].lifetimes.accessToken",
        ),
        ("/applications/0/lifetimes/idToken", json!(1.5), "applications[0].lifetimes.idToken"),
        ("/applications/0", json!({}), long_path),
        ("/users/0/username", json!(""), "users[0].username"),
        ("/users/0/claims", json!({ "sub": "x" }), "users[0].claims.sub"),
        ("/users/0/claims", json!([]), "users[0].claims"),
    ] {
        let mut config = valid();
        *config.pointer_mut(pointer).unwrap() = value.clone();
        let error = read(&config).unwrap_err();
        assert_eq!(error.path(), path, "{pointer} = {value}: {error}");
        assert!(!error.problem().is_empty());
    }
}

#[test]
fn unknown_keys_are_refused_where_they_are() {
    for (pointer, path) in [
        ("", "users2"),
        ("/applications/0", "applications[0].users2"),
        ("/applications/0/pkce", "applications[0].pkce.users2"),
        ("/applications/0/lifetimes", "applications[0].lifetimes.users2"),
        ("/users/0", "users[0].users2"),
    ] {
        let mut config = valid();
        let object = config.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
        object.insert("users2".into(), json!(1));
        let error = read(&config).unwrap_err();
        assert!(path.starts_with(error.path()) || error.path() == "configuration", "{error}");
        assert!(error.to_string().contains("users2"), "{error}");
    }
}

#[test]
fn duplicate_ids_are_refused() {
    let mut config = valid();
    let application = config["applications"][0].clone();
    config["applications"].as_array_mut().unwrap().push(application);
    assert_eq!(read(&config).unwrap_err().path(), "applications[1].applicationId");
    for key in ["userId", "username"] {
        let mut config = valid();
        let mut user = config["users"][0].clone();
        let other = if key == "userId" { "username" } else { "userId" };
        user[other] = json!("other");
        config["users"].as_array_mut().unwrap().push(user);
        assert_eq!(read(&config).unwrap_err().path(), format!("users[1].{key}"));
    }
}

#[test]
fn rfc_9700_demands_more() {
    let mut config = valid();
    config["applications"][0]["redirectUris"] = json!(["http://app.example/cb"]);
    read(&config).unwrap();
    config["profile"] = json!("rfc9700");
    assert_eq!(read(&config).unwrap_err().path(), "applications[0].redirectUris[0]");
    config["applications"][0]["redirectUris"] = json!(["https://app.example/cb"]);
    config["applications"][0]["pkce"]["methods"] = json!(["plain"]);
    assert_eq!(read(&config).unwrap_err().path(), "applications[0].pkce.methods");
}

#[test]
fn secrets_are_not_in_errors_or_debug() {
    let issuer = read(&valid()).unwrap();
    for shown in [format!("{:?}", issuer.config()), format!("{issuer:?}")] {
        for secret in ["CSx", "secret-password", "alice@example.com"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

#[test]
fn what_is_written_is_read_back() {
    for config in [Config::example(BASE), read(&valid()).unwrap().config().clone()] {
        let written = config.to_json();
        let read = Config::read(&mut serde_json::Deserializer::from_str(&written)).unwrap();
        read.check().unwrap();
        assert_eq!(read.to_json(), written);
    }
}

/// What stands in a wrong place may be a secret, wherever that is.
#[test]
fn no_message_shows_a_value() {
    const SECRET: &str = "hunter2hunter2";
    let mut pointers = Vec::new();
    collect("", &valid(), &mut pointers);
    assert!(pointers.len() > 40);
    for value in [
        json!(SECRET),
        json!([SECRET]),
        json!({ "claim": SECRET }),
        json!(271_828),
        json!(0.577_21),
    ] {
        for pointer in &pointers {
            let mut config = valid();
            *config.pointer_mut(pointer).unwrap() = value.clone();
            let Err(error) = read(&config) else { continue };
            for shown in [error.to_string(), format!("{error:?}")] {
                for secret in [SECRET, "271828", "0.57721"] {
                    assert!(!shown.contains(secret), "{pointer}: {shown}");
                }
            }
        }
    }
}

#[test]
fn rfc_7591_clients_that_nobody_configured() {
    for (key, value, path) in [
        ("registration", json!("closed"), "registration"),
        ("registration", json!(true), "registration"),
        ("registration", json!({ "open": true }), "registration.open"),
        (
            "registration",
            json!({ "initialAccessTokens": ["long-enough-for-a-secret", "short"] }),
            "registration.initialAccessTokens[1]",
        ),
        (
            "registration",
            json!({ "initialAccessTokens": ["with a space in the middle"] }),
            "registration.initialAccessTokens[0]",
        ),
        (
            "registration",
            json!({ "softwareStatementRequired": true }),
            "registration.softwareStatementRequired",
        ),
        (
            "registration",
            json!({ "softwareStatementIssuers": [{ "issuer": "a", "jwks": { "keys": [] } }] }),
            "registration.softwareStatementIssuers[0]",
        ),
        (
            "registration",
            json!({ "softwareStatementIssuers": [{ "issuer": "a", "jwks": { "keys": [
                { "kid": "1", "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" },
                { "kid": "1", "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" },
            ] } }] }),
            "registration.softwareStatementIssuers[0].jwks.keys[1]",
        ),
        ("registration", json!({ "lifetime": 0 }), "registration.lifetime"),
        ("clientIdMetadata", json!(true), "clientIdMetadata"),
        ("clientIdMetadata", json!({ "longestCached": 59 }), "clientIdMetadata.longestCached"),
        (
            "clientIdMetadata",
            json!({ "hosts": ["a.example", "https://b.example"] }),
            "clientIdMetadata.hosts[1]",
        ),
        ("clientIdMetadata", json!({ "hosts": ["A.example"] }), "clientIdMetadata.hosts[0]"),
        ("registeredClients", json!({ "grants": [] }), "registeredClients.grants"),
        ("registeredClients", json!({ "grants": ["implicit"] }), "registeredClients.grants"),
        ("registeredClients", json!({ "grants": ["password"] }), "registeredClients.grants"),
        (
            "registeredClients",
            json!({ "grants": ["urn:ietf:params:oauth:grant-type:token-exchange"] }),
            "registeredClients.grants",
        ),
        (
            "registeredClients",
            json!({ "grants": ["urn:ietf:params:oauth:grant-type:jwt-bearer"] }),
            "registeredClients.grants",
        ),
        ("registeredClients", json!({ "scopes": ["a b"] }), "registeredClients.scopes[0]"),
        ("registeredClients", json!({ "defaultScope": "other" }), "registeredClients.defaultScope"),
        (
            "registeredClients",
            json!({ "lifetimes": { "code": 0 } }),
            "registeredClients.lifetimes.code",
        ),
    ] {
        let mut config = valid();
        config[key] = value;
        let error = read(&config).unwrap_err();
        assert_eq!(error.path(), path, "{error}");
        assert!(!error.to_string().contains("short"), "{error}");
    }
    let mut config = valid();
    config["registration"] = json!("open");
    assert!(read(&config).unwrap().config().registration.is_some());
    config["name"] = json!("open");
    assert!(read(&config).is_err());
}

#[test]
fn rfc_8707_section_2_resources_that_make_no_sense() {
    let with = |pointer: &str, value: Value| {
        let mut config = valid();
        *config.pointer_mut(pointer).unwrap() = value;
        read(&config).map(drop).map_err(|error| error.path().to_owned())
    };
    let resource = "/resources/0";
    for identifier in ["", "api", "/api", "https:", "https://a#b", "https://a b", "urn:a|b"] {
        let found = with(&format!("{resource}/identifier"), json!(identifier));
        assert_eq!(found, Err("resources[0].identifier".into()), "{identifier}");
    }
    let long = |length: usize| json!(format!("urn:{}", "x".repeat(length - 4)));
    let identifier = format!("{resource}/identifier");
    assert_eq!(with(&identifier, long(255)), Ok(()));
    assert_eq!(with(&identifier, long(256)), Err("resources[0].identifier".into()));
    for (key, value, path) in [
        ("scopes", json!(["a|b"]), "scopes[0]"),
        ("scopes", json!(["read", "a b"]), "scopes[1]"),
        ("scopes", json!([""]), "scopes[0]"),
        ("lifetime", json!(0), "lifetime"),
        ("accessTokenFormat", json!("JWT"), "accessTokenFormat"),
        ("signing", json!("HS256"), "signing"),
        ("claims", json!({ "aud": "x" }), "claims.aud"),
        ("claims", json!({ "client_id": "x" }), "claims.client_id"),
        ("claims", json!({ "active": false }), "claims.active"),
        ("applicationId", json!("app_other"), "applicationId"),
        ("unknown", json!(1), "unknown"),
    ] {
        let mut config = valid();
        config["resources"][0][key] = value;
        let error = read(&config).unwrap_err();
        assert_eq!(error.path(), format!("resources[0].{path}"), "{error}");
    }
    let twice =
        json!([{ "identifier": "https://a.example" }, { "identifier": "https://a.example/" }]);
    assert_eq!(with("/resources", twice), Err("resources[1].identifier".into()));
    for (key, value) in [
        ("defaultScope", json!("")),
        ("defaultScope", json!(" ")),
        ("defaultScope", json!("openid admin")),
        ("introspects", json!("every")),
        ("introspects", json!([""])),
        ("introspects", json!(["a", 1])),
        ("introspects", json!({})),
        ("accessTokenFormat", json!("sealed")),
    ] {
        let found = with(&format!("/applications/0/{key}"), value.clone());
        assert_eq!(found, Err(format!("applications[0].{key}")), "{value}");
    }
    for value in [json!("openid offline_access"), json!(" openid  email ")] {
        assert_eq!(with("/applications/0/defaultScope", value), Ok(()));
    }
}

#[test]
fn audiences_say_something_also_if_no_text_was_read() {
    let set = |change: &dyn Fn(&mut Application)| {
        let mut config = Config::example(BASE);
        change(&mut config.applications[0]);
        config.check().map_err(|error| error.path().to_owned())
    };
    let empty = || Introspects::Audiences(vec!["https://api.example.com".into(), String::new()]);
    for (change, path) in [
        (
            &(|one: &mut Application| one.introspects = empty()) as &dyn Fn(&mut Application),
            "introspects",
        ),
        (&|one| one.exchanges = empty(), "exchanges"),
    ] {
        assert_eq!(set(change), Err(format!("applications[0].{path}[1]")));
    }
}

/// What is read is what is written again.
#[test]
fn resources_are_written_as_they_are_read() {
    for introspects in [json!("own"), json!("all"), json!(["https://api.example.com"])] {
        let mut config = valid();
        config["applications"][0]["introspects"] = introspects.clone();
        let issuer = read(&config).unwrap();
        let written: Value = serde_json::from_str(&issuer.config().to_json()).unwrap();
        assert_eq!(written["resources"], config["resources"]);
        assert_eq!(written["applications"][0]["introspects"], introspects);
        assert_eq!(written["applications"][0]["accessTokenFormat"], "opaque");
        assert_eq!(written["applications"][0]["defaultScope"], "openid");
    }
}

/// The pointers to all that there is in a value.
fn collect(pointer: &str, value: &Value, pointers: &mut Vec<String>) {
    pointers.push(pointer.to_owned());
    let members: Vec<(String, &Value)> = match value {
        Value::Array(items) => {
            items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
        }
        Value::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), member)).collect()
        }
        _ => Vec::new(),
    };
    for (name, member) in members {
        collect(&format!("{pointer}/{name}"), member, pointers);
    }
}

#[test]
fn a_secret_is_not_shown_by_any_format_that_reads_it() {
    let user = |password: Value| {
        let user = json!({ "userId": "u", "username": "u", "password": password });
        serde_json::from_value::<eiam_token::issuer::User>(user)
    };
    assert_eq!(user(json!("right")).unwrap().password.expose(), "right");
    for wrong in [json!(271_828), json!(-271_828), json!(0.577_21), json!([271_828]), json!(true)] {
        let error = user(wrong).unwrap_err().to_string();
        assert!(error.contains("a string"), "{error}");
        assert!(
            !error.contains("2718") && !error.contains("5772") && !error.contains("true"),
            "{error}"
        );
    }
}

#[test]
fn names_that_come_twice_are_refused_in_text() {
    let text = valid().to_string();
    for (once, twice, path) in [
        ("\"instanceId\"", "\"instanceId\":\"i\",\"instanceId\"", "configuration"),
        ("\"code\":60", "\"code\":60,\"code\":61", "applications[0].lifetimes"),
        ("\"b\":1.5", "\"b\":1.5,\"b\":2", "users[0].claims.groups[1]"),
    ] {
        let text = text.replacen(once, twice, 1);
        let error = Config::read(&mut serde_json::Deserializer::from_str(&text)).unwrap_err();
        assert!(error.problem().contains("twice"), "{error}");
        assert_eq!(error.path(), path, "{error}");
    }
}

#[test]
fn lifetimes_keep_every_digit() {
    let text = valid().to_string().replace("\"code\":60", "\"code\":9223372036854775807");
    let read = |text: &str| Config::read(&mut serde_json::Deserializer::from_str(text));
    assert_eq!(read(&text).unwrap().applications[0].lifetimes.code, i64::MAX);
    assert!(read(&text).unwrap().to_json().contains("\"code\":9223372036854775807"));
    let error = read(&text.replace("775807", "775808")).unwrap_err();
    assert_eq!(error.path(), "applications[0].lifetimes.code");
}

#[test]
fn what_is_nested_too_deeply_is_refused() {
    let nested = |depth| {
        let mut config = valid();
        let mut claim = json!(1);
        for _ in 0..depth {
            claim = json!([claim]);
        }
        config["users"][0]["claims"]["nested"] = claim;
        read(&config)
    };
    nested(50).unwrap();
    let error = nested(90).unwrap_err();
    assert!(error.problem().contains("nested"), "{error}");
    assert!(error.path().starts_with("users[0].claims.nested[0]"), "{error}");
}

#[test]
fn url_standard_section_3_5_redirect_uris_that_no_browser_can_use() {
    for (uri, problem) in [
        ("http://localhost:*/cb", "anyLoopbackRedirectUri allows every port of localhost"),
        ("http://127.0.0.1:*/cb", "(RFC 8252 section 7.3)"),
        ("https://*.example.com/cb", "no browser goes to a `*`"),
        ("http://localhost:0/cb", "the port is not a number from 1 to 65535"),
        ("http://localhost:70000/cb", "the port is not a number from 1 to 65535"),
        ("http://localhost:/cb", "the port is not a number from 1 to 65535"),
        ("https://127.0.0.300/cb", "the host is not a name or an IP address"),
        ("https://a..b/cb", "the host is not a name or an IP address"),
        ("https://[::1/cb", "the host is not a name or an IP address"),
    ] {
        for key in ["redirectUris", "postLogoutRedirectUris"] {
            let mut config = valid();
            config["applications"][0][key] = json!([uri]);
            let error = read(&config).unwrap_err();
            assert_eq!(error.path(), format!("applications[0].{key}[0]"));
            assert!(error.problem().contains(problem), "{uri}: {error}");
        }
    }
    let mut config = valid();
    config["applications"][0]["origins"] = json!(["https://a:99999"]);
    assert_eq!(read(&config).unwrap_err().path(), "applications[0].origins[0]");
    // RFC 8252 section 7.3: the port of these may differ in any case. Section 7.1: private-use schemes.
    for uri in ["http://127.0.0.1/cb", "http://[::1]:8700/cb", "com.example.app:/cb"] {
        let mut config = valid();
        config["applications"][0]["redirectUris"] = json!([uri]);
        read(&config).unwrap();
    }
}

#[test]
fn custom_claims_that_make_no_sense() {
    let own = "the issuer makes this claim itself";
    for (claim, key, problem) in [
        (json!({ "value": 1 }), "", "the member `name` is missing"),
        (json!({ "name": "", "value": 1 }), ".name", "1 to 128 bytes without spaces"),
        (json!({ "name": "a b", "value": 1 }), ".name", "1 to 128 bytes without spaces"),
        (json!({ "name": "x".repeat(129), "value": 1 }), ".name", "1 to 128 bytes"),
        (json!({ "name": "sub", "value": 1 }), ".name", own),
        (json!({ "name": "scope", "value": 1, "in": ["access_token"] }), ".name", own),
        (json!({ "name": "a" }), ".value", "`value` or `expression` is needed"),
        (json!({ "name": "a", "value": 1, "expression": "user.a" }), ".expression", "already"),
        (json!({ "name": "a", "value": "x".repeat(4096) }), ".value", "larger than 4 KiB"),
        (json!({ "name": "a", "expression": "user.a." }), ".expression", "character 8: expected"),
        (json!({ "name": "a", "expression": 1 }), ".expression", "expected a string"),
        (json!({ "name": "a", "value": 1, "in": [] }), ".in", "at least one is needed"),
        (json!({ "name": "a", "value": 1, "in": ["code"] }), ".in", "unknown value"),
        (json!({ "name": "a", "value": 1, "scope": "a b" }), ".scope", "printable ASCII"),
        (json!({ "name": "a", "value": 1, "places": [] }), ".places", "is unknown"),
    ] {
        for list in ["", "applications[0].", "users[0].", "resources[0]."] {
            if list == "resources[0]." && claim.get("in").is_none() && problem == own {
                continue;
            }
            let mut config = valid();
            config["users"] = json!([{ "userId": "u", "username": "u", "password": "p" }]);
            config["resources"] = json!([{ "identifier": "https://api.example" }]);
            let pointer = format!("/{list}").replace('[', "/").replace("].", "");
            let part = config.pointer_mut(pointer.trim_end_matches('/')).unwrap();
            part["customClaims"] = json!([{ "name": "ok", "value": 1 }, claim]);
            let error = read(&config).unwrap_err();
            assert_eq!(error.path(), format!("{list}customClaims[1]{key}"), "{error}");
            assert!(error.problem().contains(problem), "{error}");
        }
    }
    let mut config = valid();
    config["applications"][0]["customClaims"] = json!([{ "name": "a", "value": 1, "scope": "x" }]);
    assert_eq!(read(&config).unwrap_err().path(), "applications[0].customClaims[0].scope");
    let many: Vec<_> = (0..65).map(|one| json!({ "name": one.to_string(), "value": 1 })).collect();
    config["applications"][0]["customClaims"] = json!(many);
    assert_eq!(read(&config).unwrap_err().path(), "applications[0].customClaims");
}

#[test]
fn users_and_authentication_contexts_that_make_no_sense() {
    let user = json!({ "userId": "u", "username": "u", "password": "p" });
    for (key, value) in [
        ("userId", json!("a b")),
        ("userId", json!("é")),
        ("userId", json!("x".repeat(256))),
        ("acr", json!("a b")),
        ("acr", json!("")),
        ("amr", json!([])),
        ("amr", json!(["a b"])),
        ("attributes.username", json!("x")),
    ] {
        let mut config = valid();
        config["users"] = json!([user]);
        let pointer = format!("/users/0/{}", key.replace('.', "/"));
        config["users"][0]["attributes"] = json!({ "username": null });
        if key != "attributes.username" {
            config["users"][0]["attributes"] = json!({});
            config["users"][0][key] = json!(null);
        }
        *config.pointer_mut(&pointer).unwrap() = value;
        assert_eq!(read(&config).unwrap_err().path(), format!("users[0].{key}"));
    }
    for (contexts, path) in [
        (json!([{ "acr": "a b" }]), "authenticationContexts[0].acr"),
        (json!([{ "acr": "a" }, { "acr": "a" }]), "authenticationContexts[1].acr"),
        (json!([{ "acr": "a", "amr": [] }]), "authenticationContexts[0].amr"),
        (json!([{}]), "authenticationContexts[0]"),
        (
            json!([{ "acr": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password" }]),
            "authenticationContexts[0].acr",
        ),
    ] {
        let mut config = valid();
        config["authenticationContexts"] = contexts;
        assert_eq!(read(&config).unwrap_err().path(), path);
    }
}
