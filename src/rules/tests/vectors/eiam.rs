//! EIAM's endpoints.

use super::{Vectors, string_or_null};
use crate::json::ObjectWriter;
use crate::rules::answer::METADATA;
use crate::rules::eiam::{self, Application};
use crate::rules::endpoint::lacks_portal;
use crate::rules::tests::texts::Random;

const ABOUT: &str = "The endpoints of an application of EIAM by their names in the metadata, made of the parts of \
    its address; those that are null are not there. A case that is refused has `argument` and `reason` in \
    their place. In `portals`, whether a server with these endpoints is one of EIAM's whose pages are not \
    known.";

/// Region, instance, application, portal, authorization server.
type Parts = [Option<&'static str>; 5];

fn write(parts: Parts, developer_api: bool) -> String {
    let names = ["region", "instanceId", "applicationId", "portal", "authorizationServer"];
    let mut object = ObjectWriter::new();
    for (name, part) in names.into_iter().zip(parts) {
        object.raw(name, &string_or_null(part));
    }
    object.boolean("developerApi", developer_api);
    let application =
        Application { parts: parts.map(|part| part.map(str::as_bytes)), developer_api };
    let mut sink = Vec::new();
    let result = eiam::write(&application, &mut sink);
    let text = String::from_utf8(sink).unwrap();
    match result {
        Ok(()) => {
            let mut endpoints = ObjectWriter::new();
            for ((_, name), url) in METADATA.zip(text.split('\0')) {
                let url = Some(url).filter(|url| !url.is_empty());
                endpoints.raw(core::str::from_utf8(name).unwrap(), &string_or_null(url));
            }
            // The last member of the metadata is no endpoint.
            object.raw(
                "endpoints",
                &endpoints
                    .finish()
                    .replace(",\"authorization_response_iss_parameter_supported\":null", ""),
            )
        }
        Err(failure) => object.string("argument", &text).string("reason", failure.reason.text()),
    };
    object.finish()
}

const WHOLE: Parts = [
    Some("cn-hangzhou"),
    Some("idaas_x"),
    Some("app_x"),
    Some("example.aliyunidaas.com"),
    Some("iauths_system"),
];

/// The parts whose places these are.
fn some(places: &[usize]) -> Parts {
    core::array::from_fn(|place| WHOLE[place].filter(|_| places.contains(&place)))
}

const GENERATED: usize = 260;

#[test]
fn endpoints_are_as_the_file_says() {
    let mut cases = Vec::new();
    for places in [
        &[0, 1, 2][..],
        &[0, 1, 2, 3],
        &[0, 1, 2, 4],
        &[0, 1, 2, 3, 4],
        &[],
        &[1, 2],
        &[0, 2],
        &[0, 1],
        &[0, 1, 3, 4],
    ] {
        for developer_api in [false, true] {
            cases.push(write(some(places), developer_api));
        }
    }
    let bad = [
        "",
        "a/b",
        "a.b",
        "a_b",
        "a-b",
        "é",
        "a?",
        "a#b",
        "https://x",
        "x/",
        "A-1",
        " a",
        "a\n",
        "..",
        "a%2f",
        "a:b",
        "{0",
        "a@b",
    ];
    for place in 0..WHOLE.len() {
        for text in bad {
            let mut parts = WHOLE;
            parts[place] = Some(text);
            cases.push(write(parts, false));
        }
    }
    let mut random = Random(19);
    for _ in 0..GENERATED {
        let parts = core::array::from_fn(|place| {
            let good = match place {
                0 => random.pick(&["cn-hangzhou", "ap-southeast-1", "x"]),
                3 => random.pick(&["example.aliyunidaas.com", "localhost", "a-b.c"]),
                _ => random.pick(&["idaas_x", "app_abc123", "iauths_1", "A", "-"]),
            };
            let part = if random.one_in(25) { random.pick(&bad) } else { good };
            Some(part).filter(|_| !random.one_in(if place < 3 { 30 } else { 2 }))
        });
        cases.push(write(parts, random.one_in(2)));
    }
    let refused = cases.iter().filter(|case| case.contains("\"argument\"")).count();
    assert!(refused > 60 && cases.len() - refused > 150, "{refused} of {}", cases.len());
    assert!(cases[0].contains(
        r#""token_endpoint":"https://eiam-api-cn-hangzhou.aliyuncs.com/v2/idaas_x/app_x/oauth2/token""#
    ));
    assert!(cases[0].contains(r#""authorization_endpoint":null"#));

    let token = "https://eiam-api-cn-hangzhou.aliyuncs.com/v2/idaas_x/app_x/oauth2/token";
    let portals = [
        ("", token, true),
        ("https://example.aliyunidaas.com/login", token, false),
        ("", "https://eiam-developerapi.cn-hangzhou.aliyuncs.com/v2/i/a/oauth2/token", true),
        ("", "", false),
        ("", "https://as.example/token", false),
        ("", "http://eiam-api-cn-hangzhou.aliyuncs.com/v2/i/a/oauth2/token", false),
        ("", "https://eiam-api-cn-hangzhou.aliyuncs.com/v1/i/a/oauth2/token", false),
        ("", "https://x.eiam-api.aliyuncs.com/v2/token", false),
    ];
    let portals = portals.map(|(page, token, expected)| {
        assert_eq!(lacks_portal(page, token), expected, "{page} {token}");
        let mut object = ObjectWriter::new();
        object
            .string("authorization_endpoint", page)
            .string("token_endpoint", token)
            .boolean("lacksPortal", expected);
        object.finish()
    });
    Vectors::new("eiam", ABOUT).list("cases", &cases).list("portals", &portals).check();
}
