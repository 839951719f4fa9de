//! Prints what JavaScript's files are made of by `npm run generate`: one JSON object, with the JSON Schema
//! of the issuer's configuration as text, the algorithms of signatures as WebCrypto calls them, what the
//! client has to know of its rules, and the rules by which the issuer refuses requests.

use eiam_token::facts::{Fact, Value as Said, facts};
use eiam_token::issuer::{self, Config, Rule};
use eiam_token::signature::SignatureAlgorithm;
use serde_json::{Map, Value, json};

fn main() {
    let algorithms: Map<String, Value> = SignatureAlgorithm::NAMES
        .into_iter()
        .filter_map(|name| {
            Some((name.to_owned(), parameters(SignatureAlgorithm::from_name(name)?)))
        })
        .collect();
    let rules: Vec<Value> = facts().into_iter().map(rule).collect();
    let refusals: Vec<Value> = issuer::rules().iter().map(refusal).collect();
    println!(
        "{}",
        json!({
            "schema": Config::schema(),
            "algorithms": algorithms,
            "rules": rules,
            "refusals": refusals,
        })
    );
}

fn refusal(rule: &Rule) -> Value {
    let answers = rule.answers.iter().map(|(profile, status, error)| {
        json!({ "profile": profile.name(), "status": status, "error": error })
    });
    json!({
        "name": rule.name,
        "group": rule.group,
        "sentence": rule.sentence,
        "section": rule.section,
        "right": rule.right,
        "answers": answers.collect::<Vec<_>>(),
        "setting": rule.setting,
    })
}

fn rule(Fact { name, doc, value }: Fact) -> Value {
    let (kind, value) = match value {
        Said::Number(number) => ("number", json!(number)),
        Said::Text(text) => ("text", json!(text)),
        Said::Texts(texts) => ("texts", json!(texts)),
    };
    json!({ "name": name, "doc": doc, "kind": kind, "value": value })
}

fn parameters(algorithm: SignatureAlgorithm) -> Value {
    let said = algorithm.web_crypto();
    let mut parameters = Map::from_iter([("name".to_owned(), json!(said.name))]);
    parameters.extend(said.hash.map(|hash| ("hash".to_owned(), json!(hash))));
    parameters.extend(said.named_curve.map(|curve| ("namedCurve".to_owned(), json!(curve))));
    parameters.extend(said.salt_length.map(|bytes| ("saltLength".to_owned(), json!(bytes))));
    parameters.into()
}
