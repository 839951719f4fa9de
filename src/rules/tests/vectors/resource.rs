//! What a resource server tells its clients: [`crate::resource`].

use super::{Vectors, array, string, string_or_null};
use crate::json::ObjectWriter;
use crate::resource::{Challenge, ChallengeError, ProtectedResource, Scheme};

const SERVER: &str = "https://as.example.com";

#[test]
fn resources_are_as_the_file_says() {
    let urls = [
        "https://mcp.example.com",
        "https://mcp.example.com/",
        "https://mcp.example.com/mcp",
        "https://mcp.example.com/mcp/",
        "https://mcp.example.com:8443/a/b?tenant=c",
        "https://mcp.example.com?tenant=c",
        "https://mcp.example.com/?tenant=c",
        "https://[2001:db8::1]:1/mcp",
        "http://localhost:3000/mcp",
        "http://127.0.0.1:3000/mcp",
        "http://[::1]/mcp",
        "http://mcp.example.com/mcp",
        "http://localhost.example.com/mcp",
        "https://user@mcp.example.com/",
        "https://mcp.example.com/#part",
        "https://mcp.example.com/a b",
        "https://mcp.example.com/\"",
        "https://mcp.example.com/é",
        "https:///mcp",
        "https://:1/mcp",
        "HTTPS://mcp.example.com/",
        "urn:example:api",
        "api://mcp.example.com",
        "https:",
        "/mcp",
        "",
    ];
    let urls = urls.map(|url| {
        let found = ProtectedResource::new(url, SERVER).ok().map(|one| one.metadata_url());
        array([string(url), string_or_null(found.as_deref())])
    });
    let full = || Challenge {
        scheme: Scheme::Dpop,
        realm: Some("mcp".to_owned()),
        error: Some(ChallengeError::InsufficientScope),
        description: Some("It needs mcp:write; ask for it".to_owned()),
        scope: Some("mcp:read mcp:write".to_owned()),
        resource_metadata: Some("https://mcp.example.com/.well-known/x".to_owned()),
        algorithms: Some("ES256 RS256".to_owned()),
        ..Challenge::default()
    };
    let described =
        |text: &str| Challenge { description: Some(text.to_owned()), ..Challenge::default() };
    // RFC 9470 section 3.
    let step_up = |acr_values: Option<&str>, max_age| Challenge {
        error: Some(ChallengeError::InsufficientUserAuthentication),
        acr_values: acr_values.map(str::to_owned),
        max_age,
        ..Challenge::default()
    };
    let cases = [
        Challenge::default(),
        full(),
        Challenge { error: Some(ChallengeError::InvalidToken), ..Challenge::default() },
        Challenge { error: Some(ChallengeError::InvalidRequest), ..Challenge::default() },
        Challenge {
            realm: Some("a=b".to_owned()),
            scope: Some("c".to_owned()),
            ..Challenge::default()
        },
        described("!#[]~ ,;="),
        described(""),
        described("a\"b"),
        described("a\\b"),
        described("a\nb"),
        described("é"),
        Challenge { resource_metadata: Some("/x".to_owned()), ..Challenge::default() },
        Challenge { scope: Some("a\r\nx: y".to_owned()), ..full() },
        step_up(Some("urn:example:mfa urn:b"), Some(300)),
        step_up(None, Some(0)),
        step_up(Some("a"), Some(9_007_199_254_740_991)),
        step_up(Some("a\"b"), None),
        step_up(Some(""), None),
        Challenge { error: Some(ChallengeError::InvalidDpopProof), ..full() },
        Challenge {
            scheme: Scheme::Dpop,
            error: Some(ChallengeError::UseDpopNonce),
            ..Challenge::default()
        },
    ];
    let challenges = cases.map(|one| {
        let mut options = ObjectWriter::new();
        options
            .string("scheme", if one.scheme == Scheme::Dpop { "DPoP" } else { "Bearer" })
            .optional_string("realm", one.realm.as_deref())
            .optional_string("error", one.error.map(ChallengeError::code))
            .optional_string("description", one.description.as_deref())
            .optional_string("scope", one.scope.as_deref())
            .optional_string("resourceMetadata", one.resource_metadata.as_deref())
            .optional_string("algorithms", one.algorithms.as_deref())
            .optional_string("acrValues", one.acr_values.as_deref());
        if let Some(seconds) = one.max_age {
            options.raw("maxAge", &seconds.to_string());
        }
        array([options.finish(), string_or_null(one.to_header().ok().as_deref())])
    });
    let mut most = ProtectedResource::new("https://mcp.example.com/mcp", SERVER).unwrap();
    let least = most.to_json();
    most.scopes = vec!["mcp:tools".to_owned(), "a|b".to_owned()];
    most.name = Some("Tools".to_owned());
    most.documentation = Some("https://mcp.example.com/docs".to_owned());
    most.dpop_bound_access_tokens_required = true;
    Vectors::new(
        "resource",
        "urls: an identifier and where its metadata are, or null if it can be none; challenges: \
         options and the header, or null if it cannot be said; metadata: the least and the most",
    )
    .list("urls", &urls)
    .list("challenges", &challenges)
    .list("metadata", &[least, most.to_json()])
    .check();
}
