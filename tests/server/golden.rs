//! The same seed and the same requests get the same octets as in JavaScript.

use std::fmt::Write;
use std::time::Duration;

use eiam_token::http::{HttpRequest, Method};
use eiam_token::issuer::SigningAlgorithm;
use eiam_token::testing::TestIssuer;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// What JavaScript's test issuer gave in every runtime.
const FILE: &str = include_str!("../runtimes/checks/golden.mjs");

/// Where it believes to be.
const BASE: &str = "https://issuer.test";

fn golden() -> Value {
    let (_, json) = FILE.split_once("export const GOLDEN = ").unwrap();
    serde_json::from_str(json.trim_end().strip_suffix(';').unwrap()).unwrap()
}

#[tokio::test]
async fn the_same_seed_and_the_same_requests_get_the_same_octets_as_in_javascript() {
    let golden = golden();
    let mut hashes = String::new();
    for run in golden["runs"].as_array().unwrap() {
        let name = run["signing"].as_str().unwrap();
        let signing = SigningAlgorithm::ALL.into_iter().find(|one| one.name() == name).unwrap();
        let options = TestIssuer::options().seed("golden").clock(1_900_000_000);
        let options = options.configure(move |config| {
            BASE.clone_into(&mut config.base_url);
            config.signing = signing;
        });
        let issuer = options.start().await.unwrap();
        for (place, step) in run["steps"].as_array().unwrap().iter().enumerate() {
            if let Some(seconds) = step["advance"].as_u64() {
                issuer.clock().advance(Duration::from_secs(seconds));
                continue;
            }
            let reply = reply(&issuer, step);
            let hash = hex(&Sha256::digest(&reply));
            let shown = String::from_utf8_lossy(&reply);
            assert_eq!(step["sha256"], hash, "{name} {place} {}:\n{shown}", step["url"]);
            hashes += &hash;
            hashes.push('\n');
        }
        issuer.close().await;
    }
    assert!(hashes.lines().count() > 40, "{hashes}");
    assert_eq!(golden["sha256"], hex(&Sha256::digest(&hashes)));
}

/// A line for the status, one for each header field, an empty one, and the body.
fn reply(issuer: &TestIssuer, step: &Value) -> Vec<u8> {
    let mut request = HttpRequest::get(step["url"].as_str().unwrap());
    request.method = Method::from_name(step["method"].as_str().unwrap());
    for field in step["headers"].as_array().unwrap() {
        request.headers.push(field[0].as_str().unwrap(), field[1].as_str().unwrap());
    }
    step["body"].as_str().unwrap_or_default().as_bytes().clone_into(&mut request.body);
    let response = issuer.handle(&request).response;
    let mut octets = format!("{}\n", response.status);
    for (name, value) in response.headers.iter() {
        writeln!(octets, "{name}: {value}").unwrap();
    }
    octets.push('\n');
    [octets.as_bytes(), &response.body].concat()
}

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut text, octet| {
        write!(text, "{octet:02x}").unwrap();
        text
    })
}
