//! Texts that are JSON, nearly JSON, and answers, from a small generator: the same seed gives the same.

use std::fmt::Write;

/// Numbers without end (SplitMix64).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % limit as u64) as usize
    }

    pub(super) fn one_in(&mut self, chance: usize) -> bool {
        self.below(chance) == 0
    }

    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

/// What a string may have between its quotes, good and bad.
const PIECES: &[&str] = &[
    "a",
    "token",
    "0123456789",
    "AT~",
    " ",
    "é",
    "用",
    "\u{1f600}",
    "\u{7f}",
    "\u{85}",
    "\u{ff}",
    "\\n",
    "\\\"",
    "\\\\",
    "\\/",
    "\\u0041",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\u0000",
    "\\u009f",
    "https://as.example/x?y=1",
    "http:\\/\\/localhost:80\\/",
    "https://as.example",
    "javascript:alert(1)",
    "http://as.example",
    "3600",
    "12345678",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    ".",
    "-",
    "e",
    "@",
];
const BROKEN: &[&str] =
    &["\\ud83d", "\\udc00", "\\x", "\n", "\u{1}", "\\u12", "\\", "\"", "\\ud83d\\u0041"];

const NAMES: &[&str] = &[
    "a",
    "b",
    "keys",
    "x",
    "y_z",
    "",
    "a1",
    "\\u0061",
    "é",
    "exp",
    "iat",
    "nbf",
    "active",
    "sub",
    "scope",
    "abcdefghijklmnopqrstuvwxyzabcdef",
    "abcdefghijklmnopqrstuvwxyzabcdefg",
];

const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "3600",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "1e3",
    "36e2",
    "3600.0",
    "3600.5",
    "1E+3",
    "1e-3",
    "1000e-3",
    "12.50e1",
    "0.000e400",
    "1e400",
    "-1",
    "-0.5",
    "01",
    "1.",
    ".5",
    "+1",
    "-",
    "1e",
    "1e+",
    "0e-99999999999999999999",
    "100000000000000000000",
    "123456789012345678901.5",
    "1e99999999999999999999",
    "1795348800.25",
    "922337203685477580700e-2",
    "00",
    "-01",
    "0x10",
    "NaN",
];

pub(super) fn string(random: &mut Random) -> String {
    let mut text = String::from('"');
    for _ in 0..random.below(5) {
        let pieces = if random.one_in(60) { BROKEN } else { PIECES };
        text += random.pick(pieces);
    }
    text + "\""
}

fn space(random: &mut Random) -> &'static str {
    match random.below(100) {
        0 => "\u{a0}",
        1..20 => random.pick(&[" ", "\n", "\t", "\r\n", "  "]),
        _ => "",
    }
}

pub(super) fn value(random: &mut Random, depth: usize) -> String {
    match random.below(if depth > 4 { 7 } else { 10 }) {
        0 | 1 => random.pick(&["null", "true", "false", "nul", "True", "1", "0"]).to_owned(),
        2 => {
            let numbers = if random.one_in(6) { NUMBERS } else { &NUMBERS[..20] };
            random.pick(numbers).to_owned()
        }
        3 => format!("\"{}\"", random.pick(NUMBERS)),
        4..7 => string(random),
        7 => {
            let mut text = String::from("[");
            for index in 0..random.below(4) {
                let comma = if index > 0 { "," } else { "" };
                let (before, after) = (space(random), space(random));
                write!(text, "{comma}{before}{}{after}", value(random, depth + 1)).unwrap();
            }
            text + if random.one_in(40) { ",]" } else { "]" }
        }
        _ => {
            let count = random.below(4);
            let members =
                (0..count).map(|_| (random.pick(NAMES).to_owned(), value(random, depth + 1)));
            let members: Vec<_> = members.collect();
            object(random, &members)
        }
    }
}

/// An object of these members, now and then with one of them twice.
pub(super) fn object(random: &mut Random, members: &[(String, String)]) -> String {
    let mut text = String::from("{");
    for (index, (name, value)) in members.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        let spaces = [space(random), space(random), space(random), space(random)];
        let [a, b, c, d] = spaces;
        write!(text, "{comma}{a}\"{name}\"{b}:{c}{value}{d}").unwrap();
    }
    text + if random.one_in(100) { ",}" } else { "}" }
}

/// Makes a text wrong somewhere, if at all.
pub(super) fn damaged(random: &mut Random, mut text: String) -> String {
    match random.below(12) {
        0 => {
            let mut at = random.below(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            text.truncate(at);
        }
        1 => {
            let mut at = random.below(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let piece = random
                .pick(&["\"", "{", "}", "[", "]", ",", ":", "\\", "x", "\0", " ", "é", "0", "-"]);
            text.insert_str(at, piece);
        }
        2 => {
            let characters: Vec<char> = text.chars().collect();
            let out = random.below(characters.len().max(1));
            text = characters
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != out)
                .map(|(_, c)| c)
                .collect();
        }
        3 if random.one_in(4) => text += random.pick(&["x", "{}", " ", "\n", "\0"]),
        _ => {}
    }
    text
}

/// A text with U+FFFD in the place of each escape that is half of a pair: the reader before refuses these
/// wherever they stand, the rules only where they are read.
pub(super) fn mended(text: &str) -> String {
    let mut mended = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        mended += before;
        let unit = |text: &str| {
            let digits = text.strip_prefix("\\u")?.get(..4)?;
            let are_digits = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
            u32::from_str_radix(digits, 16).ok().filter(|_| are_digits)
        };
        let length = match unit(escape) {
            Some(0xd800..0xdc00)
                if matches!(escape.get(6..).and_then(unit), Some(0xdc00..0xe000)) =>
            {
                12
            }
            Some(0xd800..0xe000) => {
                mended += "\\ufffd";
                rest = &escape[6..];
                continue;
            }
            _ => 1 + escape.chars().nth(1).map_or(0, char::len_utf8),
        };
        let (escape, after) = escape.split_at(length);
        mended += escape;
        rest = after;
    }
    mended + rest
}
