//! Where metadata are, when the next place is asked, and what a mismatch says; and which endpoints may be
//! used.

use super::{Vectors, array, string, string_or_null};
use crate::json::ObjectWriter;
use crate::rules::discovery::{PLACES, goes_on, write, write_mismatch};
use crate::rules::endpoint::{EndpointRule, PlainHttp};
use crate::rules::failure::{Failure, Kind};
use crate::rules::reason::Reason;
use crate::rules::tests::texts::Random;

const ABOUT: &str = "Discovery. `places`: where the metadata of an issuer are, in the order in which they are \
    asked for, or why it can have none. `next`: whether the next place is asked after a failure (kinds: \
    oauth, http, malformed; `json` says whether what is malformed is no JSON object). `mismatches`: the \
    reason when another issuer is found. `endpoints`: which URLs may be used, one after the other, at an \
    issuer (empty for none that is known); `http` says where plain http is accepted: ofLoopbackIssuers, \
    onLoopback, anywhere; the reason why one is refused, null for none.";

fn places(issuer: &str) -> String {
    let mut object = ObjectWriter::new();
    object.string("issuer", issuer);
    let mut urls: Vec<String> = Vec::new();
    for place in PLACES {
        let mut sink = Vec::new();
        match write(issuer.as_bytes(), place, &mut sink) {
            Ok(()) => {
                let url = String::from_utf8(sink).unwrap();
                if !urls.contains(&url) {
                    urls.push(url);
                }
            }
            Err(failure) => {
                object.string("reason", failure.reason.text());
                return object.finish();
            }
        }
    }
    object.strings("urls", urls);
    object.finish()
}

fn mismatch(asked: &str, found: &str) -> String {
    let mut sink = Vec::new();
    write_mismatch(asked.as_bytes(), found.as_bytes(), &mut sink);
    let mut object = ObjectWriter::new();
    object.string("asked", asked).string("found", found);
    object.string("reason", core::str::from_utf8(&sink).unwrap());
    object.finish()
}

fn next(kind: Kind, word: &str, status: u16, reason: Reason) -> String {
    let mut object = ObjectWriter::new();
    object.string("kind", word).integer("status", status.into());
    object.boolean("json", !reason.is_about_json());
    object.boolean("goesOn", goes_on(Failure { kind, reason }, status));
    object.finish()
}

fn endpoints(http: PlainHttp, issuer: &str, urls: &[&str]) -> String {
    let word = match http {
        PlainHttp::OfLoopbackIssuers => "ofLoopbackIssuers",
        PlainHttp::OnLoopback => "onLoopback",
        PlainHttp::Anywhere => "anywhere",
    };
    let mut rule = EndpointRule::new(issuer.as_bytes(), http);
    let judged = urls.iter().map(|url| {
        let fault = rule.fault(url.as_bytes()).map(Reason::text);
        array([string(url), string_or_null(fault)])
    });
    let judged = array(judged);
    let mut object = ObjectWriter::new();
    object.string("http", word).string("issuer", issuer).raw("urls", &judged);
    object.finish()
}

const HTTPS: [PlainHttp; 3] =
    [PlainHttp::OfLoopbackIssuers, PlainHttp::OnLoopback, PlainHttp::Anywhere];

#[test]
fn discovery_is_as_the_file_says() {
    let mut random = Random(20);
    let hosts =
        ["as.example", "as.example:8443", "127.0.0.1:9400", "[::1]:80", "登录.example", "a"];
    let mut issuers: Vec<String> = [
        "",
        "as.example",
        "https://",
        "https:///a",
        "https://as.example",
        "https://as.example/",
        "https://as.example//",
        "https://as.example/a",
        "https://as.example/a/",
        "https://as.example/a//b/",
        "HTTPS://AS.example/A",
        "http://127.0.0.1:9400/v2/i/a/oidc",
        "ftp://as.example",
        "https://a@b",
        "https://as.example?",
        "https://as.example/?x",
        "https://as.example/#x",
        "https://as.example#",
        "https://as.example/a b",
        "https://as.example/\n",
        "//as.example",
        "javascript:alert(1)",
        "https://as.example/a?b/c",
        "https:/as.example",
        "http:as.example",
        " https://as.example",
    ]
    .map(str::to_owned)
    .to_vec();
    for _ in 0..160 {
        let scheme = random.pick(&["https", "https", "http"]);
        let mut issuer = format!("{scheme}://{}", random.pick(&hosts));
        for _ in 0..random.below(4) {
            issuer += random.pick(&["/a", "/v2.0", "/", "/t%20x", "/é", "/.well-known", "/oidc"]);
        }
        issuer += if random.one_in(12) {
            random.pick(&["?x=1", "#x", "\\", "\"", "\u{202e}"])
        } else {
            ""
        };
        issuers.push(issuer);
    }
    let places: Vec<_> = issuers.iter().map(|issuer| places(issuer)).collect();

    let mut steps = Vec::new();
    for status in [0, 200, 204, 301, 399, 400, 401, 403, 404, 410, 422, 429, 499, 500, 503, 599] {
        steps.push(next(Kind::Http, "http", status, Reason::None));
        steps.push(next(Kind::OAuth, "oauth", status, Reason::None));
    }
    for reason in [
        Reason::UnexpectedEnd,
        Reason::NotAnObjectButArray,
        Reason::DuplicateMember,
        Reason::TooLong,
        Reason::TooManyMembers,
        Reason::Missing,
        Reason::NotAWebAddress,
        Reason::None,
    ] {
        steps.push(next(Kind::Malformed, "malformed", 200, reason));
    }

    let long = "a".repeat(205);
    let texts = [
        "https://as.example",
        "https://as.example/",
        "https://127.0.0.1",
        "https://localhost",
        "",
        "https://\u{430}s.example",
        "a\"b\\c",
        "\u{0}\t\n\u{7f}",
        "\u{1f600}",
        "\u{202e}",
        "\u{10ffff}",
        &long[..199],
        &long[..200],
        &long[..201],
        &long,
        "é",
    ];
    let mut mismatches = Vec::new();
    for (index, text) in texts.into_iter().enumerate() {
        mismatches.push(mismatch(text, texts[(index + 1) % texts.len()]));
        mismatches.push(mismatch(texts[0], text));
    }

    let urls = [
        "https://as.example/x",
        "http://as.example/x",
        "http://127.0.0.1:9400/x",
        "http://localhost/x",
        "http://[::1]/x",
        "HTTP://LOCALHOST/x",
        "",
        "javascript:alert(1)",
        "/token",
        "https://a b/",
    ];
    let names = [
        "",
        "as",
        "https://as.example",
        "http://as.example",
        "http://127.0.0.1",
        "http://[::1]:80",
    ];
    let mut rules = Vec::new();
    for http in HTTPS {
        for issuer in names {
            rules.push(endpoints(http, issuer, &urls));
            for _ in 0..10 {
                let some: Vec<_> = (0..1 + random.below(4)).map(|_| random.pick(&urls)).collect();
                rules.push(endpoints(http, issuer, &some));
            }
        }
    }
    Vectors::new("discovery", ABOUT)
        .list("places", &places)
        .list("next", &steps)
        .list("mismatches", &mismatches)
        .list("endpoints", &rules)
        .check();
}

#[test]
fn a_server_is_as_safe_as_its_issuer() {
    let fault = |http, issuer: &str, url: &str| {
        EndpointRule::new(issuer.as_bytes(), http).fault(url.as_bytes())
    };
    let (plain, local, tls) = ("http://as.example/x", "http://127.0.0.1/x", "https://as.example/x");
    for http in HTTPS {
        for issuer in ["", plain, local, tls] {
            assert_eq!(fault(http, issuer, tls), None);
            assert_eq!(fault(http, issuer, "x"), Some(Reason::NotAWebAddress));
            let is_anywhere = http == PlainHttp::Anywhere;
            assert_eq!(fault(http, issuer, plain).is_none(), is_anywhere, "{http:?} {issuer}");
            let is_local = issuer != tls || http != PlainHttp::OfLoopbackIssuers;
            assert_eq!(fault(http, issuer, local).is_none(), is_local, "{http:?} {issuer}");
        }
    }
}
