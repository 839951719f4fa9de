//! Against arithmetic on integers that are large enough for every case.

use eiam_token::json::{self, Number};
use eiam_token::seconds::{self, SecondsError, deadline, expired, remaining, whole};
use proptest::prelude::*;

/// A number with at most 18 digits before the point and 18 after it, and a small exponent.
fn number() -> impl Strategy<Value = (bool, u64, String, i32)> {
    let digits = 0..1_000_000_000_000_000_000u64;
    // Zeros are common in numbers that people write, and the difficult case here.
    let fraction = "|0{1,18}|[0-9]{1,8}0{0,10}";
    (any::<bool>(), prop_oneof![digits, 0..100u64], fraction, -20..=20)
}

fn text((negative, integer, fraction, exponent): &(bool, u64, String, i32)) -> String {
    let sign = if *negative { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{integer}{point}{fraction}e{exponent}")
}

/// The same by schoolbook: the digits as one integer, then the point moved.
fn expected(
    (negative, integer, fraction, exponent): &(bool, u64, String, i32),
) -> Result<i64, SecondsError> {
    let mut digits: i128 = format!("{integer}{fraction}").parse().unwrap();
    let mut point = *exponent - fraction.len() as i32;
    while point < 0 {
        if digits % 10 != 0 {
            return Err(SecondsError::NotWhole);
        }
        digits /= 10;
        point += 1;
    }
    for _ in 0..point {
        digits = digits.checked_mul(10).ok_or(SecondsError::OutOfRange)?;
    }
    let signed = if *negative { -digits } else { digits };
    i64::try_from(signed).map_err(|_| SecondsError::OutOfRange)
}

fn read(text: &str) -> Result<i64, SecondsError> {
    whole(Number::from_text(text).unwrap())
}

proptest! {
    #![proptest_config(crate::cases(5_000))]

    #[test]
    fn reads_as_schoolbook_does(number in number()) {
        prop_assert_eq!(read(&text(&number)), expected(&number), "{}", text(&number));
    }

    #[test]
    fn every_int64_is_exact(value in any::<i64>()) {
        prop_assert_eq!(read(&value.to_string()), Ok(value));
        prop_assert_eq!(read(&format!("{value}.000")), Ok(value));
        prop_assert_eq!(read(&format!("{value}000e-3")), Ok(value));
    }

    /// What a member means does not depend on whether its digits are in quotes.
    #[test]
    fn a_number_and_its_text_are_the_same_seconds(number in number()) {
        let digits = text(&number);
        let as_member = |text: &str| {
            seconds::read(Some(&json::parse(text, json::Limits::default()).unwrap()))
        };
        let expected = match expected(&number) {
            Ok(negative) if negative < 0 => Err(SecondsError::Negative),
            Ok(seconds) => Ok(Some(seconds)),
            Err(error) => Err(error),
        };
        prop_assert_eq!(as_member(&digits), expected);
        prop_assert_eq!(as_member(&format!("\"{digits}\"")), expected);
    }

    #[test]
    fn every_larger_integer_is_out_of_range(value in any::<i128>()) {
        match i64::try_from(value) {
            Ok(small) => prop_assert_eq!(read(&value.to_string()), Ok(small)),
            Err(_) => prop_assert_eq!(read(&value.to_string()), Err(SecondsError::OutOfRange)),
        }
    }

    #[test]
    fn arithmetic_is_i128s_cut_to_int64(a in any::<i64>(), b in any::<i64>(), c in any::<i64>()) {
        let cut = |value: i128| value.clamp(i64::MIN.into(), i64::MAX.into()) as i64;
        let (wide_a, wide_b) = (i128::from(a), i128::from(b));
        prop_assert_eq!(deadline(a, b), cut(wide_a + wide_b));
        prop_assert_eq!(remaining(a, b), cut((wide_a - wide_b).max(0)));
        let leeway = i128::from(c.max(0));
        prop_assert_eq!(expired(a, b, c), i128::from(cut(wide_b + leeway)) >= wide_a);
    }
}

#[test]
fn the_edges_of_int64() {
    for value in [0, 1, -1, i64::MAX, i64::MAX - 1, i64::MIN, i64::MIN + 1] {
        assert_eq!(read(&value.to_string()), Ok(value));
    }
    for text in
        ["9223372036854775808", "-9223372036854775809", "1e19", "-1e19", "1e99999999999999999999"]
    {
        assert_eq!(read(text), Err(SecondsError::OutOfRange), "{text}");
    }
    for text in ["1e-99999999999999999999", "99999999999999999999.5", "123456789012345678901e-1"] {
        assert_eq!(read(text), Err(SecondsError::NotWhole), "{text}");
    }
    for text in ["0e99999999999999999999", "-0.000e-99999999999999999999", "0.0"] {
        assert_eq!(read(text), Ok(0), "{text}");
    }
    // Thousands of digits cost no more than reading them.
    let zeros = "0".repeat(100_000);
    assert_eq!(read(&format!("1{zeros}e-100000")), Ok(1));
    assert_eq!(read(&format!("0.{zeros}1e100001")), Ok(1));
    assert_eq!(read(&format!("1{zeros}")), Err(SecondsError::OutOfRange));
}
