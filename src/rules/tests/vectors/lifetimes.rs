//! When a lifetime ends, and how clocks differ.

use super::Vectors;
use crate::json::ObjectWriter;
use crate::rules::answer;
use crate::rules::slot::{FOUND, Slot};
use crate::rules::tests::texts::Random;

const ABOUT: &str = "The members `expires_in` and `expires_at` of an answer, when it came by the client's clock and was sent \
    by the server's: when the lifetime ends, and by how many seconds the server's clock is ahead. All are strings of digits, \
    or null.";

const SECONDS: &[i64] = &[0, 1, 3600, 1_700_000_000, 9_007_199_254_740_993, i64::MAX - 1, i64::MAX];
const MOMENTS: &[i64] = &[0, 1_700_000_000, -5, i64::MIN, i64::MAX];

#[test]
fn lifetimes_are_as_the_file_says() {
    let mut random = Random(45);
    let mut cases = Vec::new();
    for _ in 0..300 {
        let seconds = |random: &mut Random| {
            if random.one_in(3) { None } else { Some(random.pick(SECONDS)) }
        };
        let (expires_in, expires_at) = (seconds(&mut random), seconds(&mut random));
        let now = random.pick(MOMENTS);
        let sent = if random.one_in(2) { None } else { Some(random.pick(MOMENTS)) };
        let (deadline, skew) = answer::lifetimes(&slot(expires_in), &slot(expires_at), now, sent);
        let mut object = ObjectWriter::new();
        for (name, value) in [
            ("expiresIn", expires_in),
            ("expiresAt", expires_at),
            ("now", Some(now)),
            ("sent", sent),
            ("deadline", deadline),
            ("clockSkew", skew),
        ] {
            let digits = value.map_or_else(|| "null".to_owned(), |value| format!("\"{value}\""));
            object.raw(name, &digits);
        }
        cases.push(object.finish());
    }
    Vectors::new("lifetimes", ABOUT).list("cases", &cases).check();
}

/// The slot that has these seconds.
fn slot(seconds: Option<i64>) -> Slot {
    seconds.map_or([0; 4], |seconds| [seconds as u32, (seconds >> 32) as u32, FOUND, 0])
}
