//! How safe addresses are.

use super::{Vectors, number_or_null};
use crate::json::ObjectWriter;
use crate::rules::address::Safety;
use crate::rules::tests::texts::Random;

const ABOUT: &str = "How safe the way to a URL is: 2 with TLS, 1 without it but on loopback, 0 without it, and null for \
    what is no http(s) URL.";

#[test]
fn addresses_are_as_the_file_says() {
    let mut random = Random(41);
    let (mut cases, mut safe) = (Vec::new(), 0);
    for _ in 0..600 {
        let mut url = random
            .pick(&[
                "https://", "https://", "http://", "http://", "HTTPS://", "hTTp://", "ftp://",
                "https:/", "",
            ])
            .to_owned();
        url += random.pick(&[
            "as.example",
            "localhost",
            "127.0.0.1",
            "[::1]",
            "localhost:80",
            "localhost:",
            "localhost:1:2",
            "127.0.0.1.example",
            "127.0.0.1:8080",
            "[::1]:9",
            "user@as.example",
            "",
            ":80",
            "as.example:443",
            "LOCALHOST",
            "lo\u{17f}t",
            "用.example",
        ]);
        for _ in 0..random.below(4) {
            url += random.pick(&[
                "/",
                "/path",
                "?q=1",
                "?",
                "#part",
                " ",
                "%20",
                "\"",
                "<",
                ">",
                "\\",
                "\n",
                "\u{7f}",
                "\u{80}",
                "\u{a9}",
                "é",
                "\u{2028}",
                "\u{202e}",
                "\u{ff0f}",
                "\u{1f600}",
                "@",
                ":",
                "\u{0}",
            ]);
        }
        let safety = Safety::of(url.as_bytes());
        safe += usize::from(safety.is_some());
        let mut object = ObjectWriter::new();
        let safety = number_or_null(safety.map(|safety| safety as i64));
        object.string("url", &url).raw("safety", &safety);
        cases.push(object.finish());
    }
    assert!(safe > 100 && cases.len() - safe > 100, "{safe}");
    Vectors::new("address", ABOUT).list("cases", &cases).check();
}
