//! The rules, over generated texts and texts that were picked.
#![cfg(feature = "client")]

mod accepted_answers;
mod accepted_id_tokens;
mod json_texts;
mod parameters;
mod read_answers;
mod refusal;
mod texts;
mod vectors;

/// How many texts each property is tried with, many times more where that is asked for:
/// `PROPERTY_CASES=100000 cargo test --release --lib rules`.
fn cases() -> u64 {
    let asked = std::env::var("PROPERTY_CASES").ok();
    asked.and_then(|cases| cases.parse().ok()).unwrap_or(3000)
}
