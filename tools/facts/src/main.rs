//! Prints what JavaScript's files are made of by `npm run generate`: one JSON object, with the JSON Schema
//! of the issuer's configuration as text, and the algorithms of signatures as WebCrypto calls them.

use eiam_token::issuer::Config;
use eiam_token::signature::SignatureAlgorithm;
use serde_json::{Map, Value, json};

fn main() {
    let algorithms: Map<String, Value> = SignatureAlgorithm::NAMES
        .into_iter()
        .filter_map(|name| {
            Some((name.to_owned(), parameters(SignatureAlgorithm::from_name(name)?)))
        })
        .collect();
    println!("{}", json!({ "schema": Config::schema(), "algorithms": algorithms }));
}

fn parameters(algorithm: SignatureAlgorithm) -> Value {
    let said = algorithm.web_crypto();
    let mut parameters = Map::from_iter([("name".to_owned(), json!(said.name))]);
    parameters.extend(said.hash.map(|hash| ("hash".to_owned(), json!(hash))));
    parameters.extend(said.named_curve.map(|curve| ("namedCurve".to_owned(), json!(curve))));
    parameters.extend(said.salt_length.map(|bytes| ("saltLength".to_owned(), json!(bytes))));
    parameters.into()
}
