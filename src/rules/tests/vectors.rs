//! Files of cases for the rules that TypeScript has once more (`tests/vectors`): what goes in, and what
//! comes out here. The package's tests run the same files, which holds both sides together.
//!
//! A file that is not what the rules say fails the test that made it. To write all of them anew:
//! `WRITE_VECTORS=1 cargo test --no-default-features --features client --lib vectors`.

mod address;
mod answer;
mod assertion;
mod callback;
mod challenge;
mod discovery;
mod eiam;
mod id_token;
mod key_age;
mod keys;
mod lifetimes;
mod polling;
mod request;
mod request_object;
mod resource;
mod retry_after;

use std::fs;
use std::path::Path;

use crate::json::ObjectWriter;

/// A file of cases, a line each.
struct Vectors {
    name: &'static str,
    text: String,
}

impl Vectors {
    /// `about`: what the cases are, and how they are to be read.
    fn new(name: &'static str, about: &str) -> Self {
        let mut start = ObjectWriter::new();
        start.string("about", about);
        let start = start.finish();
        Self { name, text: start.trim_end_matches('}').to_owned() }
    }

    /// Adds a list; its items are JSON.
    fn list(mut self, name: &str, items: &[String]) -> Self {
        self.text += &format!(",\n\"{name}\": [\n{}\n]", items.join(",\n"));
        self
    }

    /// Holds the file against these cases, or writes it.
    fn check(self) {
        let path = format!("{}/tests/vectors/{}.json", env!("CARGO_MANIFEST_DIR"), self.name);
        let path = Path::new(&path);
        let text = self.text + "}\n";
        crate::json::parse(&text, crate::json::Limits::default()).unwrap();
        if std::env::var_os("WRITE_VECTORS").is_some() {
            fs::write(path, &text).unwrap();
        }
        let kept = fs::read_to_string(path).unwrap().replace("\r\n", "\n");
        assert!(kept == text, "{} is not current: see src/rules/tests/vectors.rs", path.display());
    }
}

/// A list of JSON texts as JSON.
fn array(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(","))
}

/// A string, or `null`.
fn string_or_null(text: Option<&str>) -> String {
    text.map_or_else(|| "null".to_owned(), string)
}

/// A string as JSON.
fn string(text: &str) -> String {
    let mut object = ObjectWriter::new();
    object.string("", text);
    let object = object.finish();
    object[4..object.len() - 1].to_owned()
}

/// A number, or `null`.
fn number_or_null(number: Option<i64>) -> String {
    number.map_or_else(|| "null".to_owned(), |number| number.to_string())
}
