//! The cases of JSONTestSuite (Nicolas Seriot, "Parsing JSON is a Minefield"), written anew: what
//! RFC 8259 has, what it has not, and what it leaves to the reader, rule by rule.
//!
//! The reader is stricter than the suite asks in two things: a name that an object has twice, and
//! half of a surrogate pair. Both are among what the RFC leaves open, so here they are decided.

use eiam_token::json::{self, Limits, Reason};

/// A rule, and texts that keep it or break it.
type Rule<T> = (&'static str, T, &'static [&'static [u8]]);

/// The suite's `y_`: JSON for every reader. Values are held against serde_json's.
#[rustfmt::skip]
const ACCEPTED: [Rule<()>; 17] = [
    ("literals", (), &[
        b"true", b"false", b"null", b"[true]", b"[false]", b"[null]",
    ]),
    ("a value that is no array or object", (), &[
        b"7", b"-0.5", b"\"abc\"", b"\"\"", b"\" \"",
    ]),
    ("arrays", (), &[
        b"[]", b"[\"\"]", b"[\"abc\"]", b"[[],[]]", b"[9,null,null,9]",
    ]),
    ("arrays of several kinds", (), &[
        b"[null,8,\"8\",{},[],false]",
    ]),
    ("space before, after and inside", (), &[
        b" [3]", b"[3] ", b" [] ", b"[[]   ]", b"[ 3]", b"[3\n]", b"[\"b\"]\n", b"\t[\r\n]\r\n",
    ]),
    ("objects", (), &[
        b"{}", b"{\"k\":\"v\"}", b"{\"k\":\"v\",\"l\":\"w\"}", b"{\"k\":[]}",
        b"{\n\"k\": \"v\"\n}",
    ]),
    ("names: empty, escaped, with a null character", (), &[
        b"{\"\":1}", b"{\"b\\u0000c\":1}",
    ]),
    ("long texts in objects in arrays in objects", (), &[
        b"{\"l\":[{\"k\":\"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\"}],\"k\":\"zzzzzzzzzzzzzzzzzzz\"}",
    ]),
    ("integers", (), &[
        b"[987]", b"[-987]", b"[-2]", b"[0]", b"[-0]",
    ]),
    ("fractions", (), &[
        b"[987.654]", b"[-0.25]", b"[0.0]", b"[-0.0000000000000000000000000003]",
    ]),
    ("exponents", (), &[
        b"[9e8]", b"[9E8]", b"[9e+8]", b"[9E+8]", b"[9e-8]", b"[9E-8]", b"[0e1]", b"[0e+1]",
        b"[98e7]", b"[98.7e65]", b"{\"a\":-2.0e+29,\"b\":2.0e+29}",
    ]),
    ("escapes of one letter", (), &[
        br#"["\"\\\/\b\f\n\r\t"]"#, br#"["\""]"#, br#"["\\b"]"#, br#"["\\n"]"#,
    ]),
    ("escapes by number, in both cases", (), &[
        br#"["\u0062\u30Ab\u30e9"]"#, br#"["\u0000"]"#, br#"["\u0013"]"#, br#"["b\u00A0c"]"#,
        br#"["b\u000ac"]"#, br#"["\u002C"]"#, br#"["\u0124"]"#, br#"["\u0822"]"#, br#"["\u005c"]"#,
        br#"["\u0022"]"#, br#"["\ua66e"]"#, br#"["\\u0000"]"#, br#"["\u200b"]"#, br#"["\u2064"]"#,
        b"{\"k\":\"\\u043c\\u0438\\u0440 \\u043c\\u0438\\u0440\" }",
    ]),
    ("escaped surrogate pairs", (), &[
        br#"["\uD834\uDD1F"]"#, br#"["\ud83d\ude3A\ud83d\udc8e"]"#, br#"["\udbff\udfff"]"#,
    ]),
    ("escaped noncharacters: Unicode allows their exchange", (), &[
        br#"["\uffff"]"#, br#"["\ufffe"]"#, br#"["\ufdd1"]"#, br#"["\ud83f\udffe"]"#,
        br#"["\udbff\udffe"]"#,
    ]),
    ("UTF-8 of one to four bytes, noncharacters and line separators among it", (), &[
        "[\"ß\"]".as_bytes(), "[\"€𝄟\"]".as_bytes(), "[\"日本語\"]".as_bytes(),
        "[\"\u{2028}\"]".as_bytes(), "[\"\u{2029}\"]".as_bytes(), "[\"\u{ffff}\"]".as_bytes(),
        "[\"\u{1bffe}\"]".as_bytes(), "[\"\u{10ffff}\"]".as_bytes(), "{\"π\":\"π\"}".as_bytes(),
    ]),
    ("what is no comment and no control character", (), &[
        b"[\"b/*c*/d/*e//f\"]", b"[\"\x7f\"]", b"[\"b\x7fc\"]",
    ]),
];

use Reason::{
    ControlCharacter, DuplicateMember, Escape, Number, TooDeep, TrailingCharacters,
    UnexpectedCharacter, UnexpectedEnd, Utf8,
};

/// The suite's `n_`: no JSON, for no reader.
#[rustfmt::skip]
const REFUSED: [Rule<Reason>; 36] = [
    ("nothing", UnexpectedEnd, &[
        b"", b" ", b"\n",
    ]),
    ("a byte order mark and nothing", UnexpectedCharacter, &[
        b"\xef\xbb\xbf",
    ]),
    ("half of a byte order mark", Utf8, &[
        b"\xef\xbb{}", b"\xef{}",
    ]),
    ("an array that does not end", UnexpectedEnd, &[
        b"[", b"[7", b"[7,", b"[\"\"", b"[{}", b"[\"b\",\n5\n,7,", b"[7,\n7\n,7",
    ]),
    ("an array that goes on as it may not", UnexpectedCharacter, &[
        b"[7,]", b"[\"\",]", b"[7,,]", b"[\"z\",,]", b"[7,,8]", b"[,]", b"[,7]", b"[   , \"\"]",
        b"[,",
    ]),
    ("no comma between elements", UnexpectedCharacter, &[
        b"[7 true]", b"[4[5]]", b"[7:8]", b"[\"\": 7]", b"[7;8]",
    ]),
    ("brackets that nobody opened", UnexpectedCharacter, &[
        b"]", b"}", b",", b":",
    ]),
    ("something after the value", TrailingCharacters, &[
        b"[7]z", b"[7]]", b"[\"z\"]]", b"[][]", b"[\"\"],", b"7]", b"{}}", b"\"\"z", b"8@", b"9 9",
        b"{\"k\":\"v\"}#", b"{\"k\":\"v\"}#{}", b"{\"k\":true} \"z\"",
    ]),
    ("a comment after the value", TrailingCharacters, &[
        b"{\"k\":\"v\"}/**/", b"{\"k\":\"v\"}/**//", b"{\"k\":\"v\"}//", b"{\"k\":\"v\"}/",
        b"7 // seven",
    ]),
    ("a comment inside", UnexpectedCharacter, &[
        b"{\"k\":/*comment*/\"v\"}", b"[7/**/]", b"// seven\n7",
    ]),
    ("a null byte after or among values", TrailingCharacters, &[
        b"987\x00",
    ]),
    ("a null byte inside", UnexpectedCharacter, &[
        b"[\x00]", b"\x00",
    ]),
    ("other spaces than the RFC's four", UnexpectedCharacter, &[
        b"[\x0c]", b"[\x0b]", "[\u{a0}]".as_bytes(), "[\u{2060}]".as_bytes(),
        "\u{3000}7".as_bytes(),
    ]),
    ("literals cut off", UnexpectedCharacter, &[
        b"[tru]", b"[fals]", b"[nul]",
    ]),
    ("literals at the end of the text", UnexpectedEnd, &[
        b"tru", b"[ true, fals", b"[ false, nul", b"[ false, tru",
    ]),
    ("literals of other languages", UnexpectedCharacter, &[
        b"[True]", b"[TRUE]", b"[nil]", b"[undefined]", b"[None]", b"[\"z\", truth]", b"[b",
        b"[*]", b"*", b"bcd", b"<.>", b"[<null>]",
    ]),
    ("letters that are not ASCII", UnexpectedCharacter, &[
        "b\u{e5}".as_bytes(), "\u{e5}".as_bytes(), "[\u{e9}]".as_bytes(),
    ]),
    ("numbers that are none", UnexpectedCharacter, &[
        b"[NaN]", b"[Infinity]", b"[Inf]", b"[+7]", b"[++77]", b"[+Inf]", b"[.7]", b"[.7e-8]",
        b"[.-7]", "[\u{ff12}]".as_bytes(),
    ]),
    ("a minus without digits", Number, &[
        b"[-]", b"[-NaN]", b"[-Infinity]", b"[-foo]", b"[- 7]", b"[-.7]",
    ]),
    ("zeros in front", Number, &[
        b"[07]", b"[-07]", b"[-012]", b"[00]", b"[0123]",
    ]),
    ("a point without digits after it", Number, &[
        b"[7.]", b"[-7.]", b"[0.e8]", b"[7.e8]", b"[7.e+8]", b"[7.e-8]", b"[7.e+]",
    ]),
    ("an exponent without digits", Number, &[
        b"[0e]", b"[0E]", b"[0e+]", b"[0E+]", b"[0.7e]", b"[0.7e+]", b"[7.0e]", b"[7.0e-]",
        b"[7.0e+]", b"[7eE8]", b"[7ez]", b"[0e+-7]",
    ]),
    ("something after a number", UnexpectedCharacter, &[
        b"[0.7.8]", b"[-7.0.]", b"[7+8]", b"[0x7]", b"[0x78]", b"[-7z]", b"[-7.8foo]", b"[7.8z-9]",
        b"[7.8H-9]", b"[7 000.0]", b"[7_000]", b"[7n]",
    ]),
    ("bytes that are not UTF-8 in or for a number", Utf8, &[
        b"[7\xe5]", b"[789\xe5]", b"[7e8\xe5]", b"[7e\xe5]", b"[0\xe5]\n",
    ]),
    ("bytes that are not UTF-8 for a value", Utf8, &[
        b"[\xff]", b"[b\xe5]", b"\xe5", b"\xe9",
    ]),
    ("a string that does not end", UnexpectedEnd, &[
        b"\"", b"[\"b", b"[\"bcd]", b"[\"\\", b"[\"\\\"]", br#"["\\\"]"#, b"{\"b",
    ]),
    ("quotes of other languages", UnexpectedCharacter, &[
        b"['seven']", b"['", b"{'k':7}", b"{'k'", b"[`7`]",
    ]),
    ("escapes without quotes", UnexpectedCharacter, &[
        br"[\n]", br#"[\u0020"seven"]"#, br#"[\u000A""]"#,
    ]),
    ("escapes that JSON does not have", Escape, &[
        br#"["\b\a"]"#, br#"["\x00"]"#, br#""\Ua66e""#, br#"["\'"]"#, br#"["\0"]"#,
        br#"["\{["\{["#, "[\"\\🌀\"]".as_bytes(), b"[\"\\\t\"]", b"[\"\\\x00\"]",
    ]),
    ("numbers of escapes that are none", Escape, &[
        br#"["\u00B"]"#, br#"["\uzzzz"]"#, br#"["\u 041"]"#, br#"["\u+041"]"#,
        br#"["\ud834\uDe"]"#, br#"["\ud800\"]"#, br#"["\ud800\u"]"#, br#"["\ud800\u2"]"#,
        br#"["\ud800\u2z"]"#, br#"["\ud800\ud800\z"]"#,
    ]),
    ("bytes that are not UTF-8 in an escape", Utf8, &[
        b"[\"\\u\xe5\"]", b"[\"\\\xe5\"]",
    ]),
    ("control characters in a string", ControlCharacter, &[
        b"[\"b\x00c\"]", b"[\"two\nlines\"]", b"[\"\t\"]", b"[\"\x1f\"]", b"[\"\x0bb\"\\f]",
    ]),
    ("an object that does not end", UnexpectedEnd, &[
        b"{", b"{\"\":", b"{\"k\":", b"{\"k\"", b"{\"k\":\"v", b"{\"k\":\"v\"", b"{\"k\": true,",
    ]),
    ("names that are no strings", UnexpectedCharacter, &[
        b"{[: 7}\n", b"{[", b"{]", b"{,", b"{:7}", b"{7:7}", b"{8888E8888:7}", b"{k: 7}",
        b"{k: 'v'}", b"{null:null,null:null}", b"[{}, {\"k\":7,}", b"{\"k\":7,}", b"{\"k\":7,,,}",
        b"{\"k\":7,,\"l\":8}", "{🇨🇭}".as_bytes(),
    ]),
    ("a name without its value", UnexpectedCharacter, &[
        b"{\"k\", null}", b"{\"k\"::7}", b"{\"k\" 7}", b"{\"k\" v}", b"{\"k\" \"v\"}", b"{\"k\":}",
        b"{\"k\":\"v\" 987}", b"{ \"k\" : \"v\", \"l\" }",
    ]),
    ("bytes that are not UTF-8 in a name", Utf8, &[
        b"{\"\xb9\":\"7\",}",
    ]),
];

/// The suite's `i_`, `y_object_duplicated_*` and `test_transform`: left to the reader. Why it is
/// decided so here stands beside each.
#[rustfmt::skip]
const DECIDED: [Rule<Option<Reason>>; 15] = [
    // The grammar has them and no digit is lost; whoever wants seconds of them is told that it
    // cannot have them.
    ("numbers beyond a double are kept as written", None, &[
        b"[-2e+8888]", b"[2.5e+8888]", b"[-234234e100000]", b"[234234e100000]",
        b"[0.5e00777777777777777777777777777777777777777777]",
    ]),
    ("numbers too small for a double are kept as written", None, &[
        b"[987.654e-789]", b"[987e-10000000]", b"[1E-999]",
    ]),
    ("integers of any length are kept as written", None, &[
        b"[-234234234234234234234234234234]", b"[200000000000000000000]",
        b"[10000000000000000888]", b"[9223372036854775807]", b"[9223372036854775808]",
        b"[-9223372036854775808]", b"[-9223372036854775809]",
    ]),
    ("how a number is spelled is kept", None, &[
        b"[1.0]", b"[1.000000000000000007]", b"[1000000000000000]", b"[1E6]",
    ]),
    // RFC 8259 section 8.2: what becomes of them is unpredictable, and no token has them.
    ("half of a surrogate pair, the second missing", Some(Escape), &[
        br#"["\uDADB"]"#, br#"["\ud801"]"#, br#"["\uD801\n"]"#, br#"["\ud801bcd"]"#,
        br#"["\uDd1fb"]"#, br#"["\uD801\uD801\n"]"#, br#"["\uD801\uD801"]"#,
        br#"["\uD801\uD801\uD801"]"#,
    ]),
    ("half of a surrogate pair, the first missing or both the wrong way round", Some(Escape), &[
        br#"["\uDFAB"]"#, br#"{"\uDFAB":7}"#, br#"["\uD889\u1235"]"#, br#"["\uDd1f\uD835"]"#,
    ]),
    // RFC 8259 section 8.1: JSON between systems is UTF-8.
    ("surrogates in UTF-8", Some(Utf8), &[
        b"[\"\xed\xa0\x81\"]", b"[\"\xed\xa0\x81\xed\xa0\x81\"]",
        b"[\"\xed\xa0\x81\xed\xa0\x81\xed\xa0\x81\"]",
    ]),
    ("bytes that are not UTF-8: alone, cut off, overlong, beyond Unicode, Latin-1", Some(Utf8), &[
        b"[\"\xfe\"]", b"[\"\x82\"]", b"[\"\xe1\xff\"]", b"[\"\xe6\x97\xa5\xd1\x89\xfb\"]",
        b"[\"\xc0\xae\"]", b"[\"\xfc\x83\xbf\xbf\xbf\xbe\"]", b"[\"\xfc\x80\x80\x80\x80\x81\"]",
        b"[\"\xf4\xbf\xbf\xbe\"]", b"[\"\xe8\"]",
    ]),
    ("UTF-16 with a byte order mark, and any that has bytes above 7f", Some(Utf8), &[
        b"\xff\xfe[\x00\"\x00\xe8\x00\"\x00]\x00", b"[\x00\"\x00\xe8\x00\"\x00]\x00",
        b"\x00[\x00\"\x00\xe8\x00\"\x00]",
    ]),
    ("UTF-16 of ASCII, which is UTF-8 with null bytes", Some(UnexpectedCharacter), &[
        b"[\x007\x00]\x00", b"\x00[\x007\x00]",
    ]),
    // RFC 8259 section 8.1: it must not be sent; ignoring it is allowed, not asked for.
    ("a byte order mark before a value", Some(UnexpectedCharacter), &[
        b"\xef\xbb\xbf{}",
    ]),
    // RFC 8259 section 4: which of the two counts is unpredictable, and two readers that differ on
    // `access_token` or `aud` are an attack.
    ("a name twice, with another value, the same, or one as good", Some(DuplicateMember), &[
        b"{\"k\":\"v\",\"k\":\"w\"}", b"{\"k\":\"v\",\"k\":\"v\"}", b"{\"k\":0, \"k\":-0}\n",
        b"{\"k\":1,\"\\u006b\":2}",
    ]),
    // RFC 8259 section 8.3: names are compared by code units.
    ("names that differ in how Unicode composes them are two", None, &[
        "{\"\u{e8}\":1,\"e\u{300}\":2}".as_bytes(), "{\"e\u{300}\":2,\"\u{e8}\":1}".as_bytes(),
    ]),
    ("a null character in a text is kept", None, &[
        br#"["B\u0000C"]"#,
    ]),
    // RFC 8259 section 9: a reader may have limits. An answer of a server is no deeper than five.
    ("depth to the limit", None, &[
        b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[7]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
    ]),
];

fn verdict(text: &[u8]) -> Option<Reason> {
    json::parse_bytes(text, Limits::default()).err().map(|error| error.reason)
}

fn shown(text: &[u8]) -> String {
    text.escape_ascii().to_string()
}

#[test]
fn what_every_reader_accepts() {
    for (rule, (), texts) in ACCEPTED {
        for text in texts {
            let ours = json::parse_bytes(text, Limits::default());
            let ours = ours.unwrap_or_else(|error| panic!("{rule}: {}: {error}", shown(text)));
            let theirs = serde_json::from_slice(text).unwrap();
            assert!(crate::json::same(&ours, &theirs), "{rule}: {}", shown(text));
        }
    }
}

#[test]
fn what_every_reader_refuses() {
    for (rule, reason, texts) in REFUSED {
        for text in texts {
            assert_eq!(verdict(text), Some(reason), "{rule}: {}", shown(text));
            assert!(serde_json::from_slice::<serde_json::Value>(text).is_err(), "{}", shown(text));
        }
    }
}

#[test]
fn what_is_left_to_the_reader() {
    for (rule, decided, texts) in DECIDED {
        for text in texts {
            assert_eq!(verdict(text), decided, "{rule}: {}", shown(text));
        }
    }
}

/// RFC 8259 section 9; the suite has hundreds of thousands of them, without an end or with one.
#[test]
fn depth_beyond_the_limit() {
    let too_deep = Some(TooDeep { limit: Limits::default().depth });
    for text in [
        "[".repeat(33) + &"]".repeat(33),
        "[".repeat(500) + &"]".repeat(500),
        "[".repeat(100_000),
        "[{\"\":".repeat(50_000) + "\n",
        "{\"k\":".repeat(50_000) + "7" + &"}".repeat(50_000),
    ] {
        assert_eq!(verdict(text.as_bytes()), too_deep);
    }
}
