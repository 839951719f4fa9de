//! HTML that is made from templates. Every value in it is escaped.

use core::fmt::{self, Write};

use askama::Template;
use askama::filters::Escaper;

/// HTML that was made from a template.
pub(super) struct Html(String);

impl Html {
    /// Makes HTML from a template.
    pub(super) fn of(template: &impl Template) -> Self {
        let mut html = String::new();
        // Writing into a string cannot fail.
        let _ = template.render_into(&mut html);
        Self(html)
    }

    /// The HTML as text.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The HTML as text.
    pub(super) fn into_string(self) -> String {
        self.0
    }
}

/// Escapes text for the content of HTML and for quoted attributes. `askama.toml` makes all
/// templates use it.
#[derive(Clone, Copy, Default)]
pub(super) struct Escape;

impl Escaper for Escape {
    fn write_escaped_str<W: Write>(&self, mut to: W, text: &str) -> fmt::Result {
        write_escaped(&mut to, text);
        Ok(())
    }
}

/// Writes the escaped text. It returns no error, because templates are written into strings, which
/// cannot fail. Without errors to check the wasm module is smaller.
fn write_escaped(to: &mut dyn Write, text: &str) {
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            // HTML must not contain this character.
            0 => "\u{fffd}",
            _ => continue,
        };
        let _ = to.write_str(text.get(start..at).unwrap_or_default());
        let _ = to.write_str(escaped);
        start = at + 1;
    }
    let _ = to.write_str(text.get(start..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// All that templates show unescaped: constants of the issuer, and what another template made.
    const UNESCAPED: [(&str, &str); 4] = [
        ("base.html", "STYLE|safe"),
        ("base.html", "main.as_str()|safe"),
        ("form_post.html", "MARK|safe"),
        ("form_post.html", "SCRIPT|safe"),
    ];

    /// All addresses that pages lead to, by template. Escaping does not make `javascript:`
    /// harmless, so none comes from a request as it is: they are paths of the issuer, issuers, and
    /// a redirect URI that is registered, which the configuration has checked.
    const ADDRESSES: [(&str, &str, &str); 6] = [
        ("decision.html", "action", "form.action"),
        ("form_post.html", "action", "redirect_uri"),
        ("issuer.html", "href", "issuer"),
        ("login.html", "action", "form.action"),
        ("logout.html", "action", "form.action"),
        ("user_code.html", "action", "action"),
    ];

    /// The tags that templates use. None of them changes how values are escaped.
    const TAGS: [&str; 9] =
        ["else", "endfor", "endif", "endmatch", "for", "if", "include", "match", "when"];

    /// Where a template shows a value.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    enum Place<'a> {
        /// Between tags, in an element of this name or behind one.
        Content(&'a str),
        /// In a tag, but in no quoted attribute.
        Tag(&'a str),
        /// In a quoted attribute of this name.
        Attribute(&'a str),
    }

    /// The files of a folder of this crate that end so, with their names, in order.
    fn files(folder: &str, end: &str) -> Vec<(String, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<(String, String)> = paths
            .filter(|path| path.to_str().unwrap().ends_with(end))
            .map(|path| {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, fs::read_to_string(path).unwrap())
            })
            .collect();
        files.sort();
        assert!(!files.is_empty());
        files
    }

    /// Splits at the first of a delimiter, which must be there.
    fn split<'a>(text: &'a str, delimiter: &str) -> (&'a str, &'a str) {
        text.split_once(delimiter).unwrap_or_else(|| panic!("no {delimiter} in {text}"))
    }

    /// The values that a template shows, and its tags.
    fn read(template: &str) -> (Vec<(Place<'_>, &str)>, Vec<&str>) {
        let (mut values, mut tags) = (Vec::new(), Vec::new());
        let mut place = Place::Content("");
        let (mut rest, mut element) = (template, "");
        while let Some(first) = rest.chars().next() {
            if let Some(value) = rest.strip_prefix("{{") {
                let (value, after) = split(value, "}}");
                values.push((place, value.trim()));
                rest = after;
                continue;
            }
            if let Some(tag) = rest.strip_prefix("{%") {
                let (tag, after) = split(tag, "%}");
                tags.push(tag.trim());
                rest = after;
                continue;
            }
            assert!(!rest.starts_with("{#"), "a comment: {rest}");
            let read = &template[..template.len() - rest.len()];
            place = match (place, first) {
                (Place::Content(_), '<') => {
                    element = split(rest, ">").0.trim_start_matches(['<', '/']);
                    element = element.split([' ', '{']).next().unwrap();
                    Place::Tag(element)
                }
                (Place::Tag(_), '>') => Place::Content(element),
                (Place::Tag(_), '"') => {
                    let name = read.strip_suffix('=').expect("a quote starts a value");
                    Place::Attribute(name.rsplit([' ', '\n']).next().unwrap())
                }
                (Place::Tag(_), '\'') => panic!("single quotes: {rest}"),
                (Place::Attribute(_), '"') => Place::Tag(element),
                (place, _) => place,
            };
            rest = &rest[first.len_utf8()..];
        }
        assert!(matches!(place, Place::Content(_)), "{template}");
        (values, tags)
    }

    #[test]
    fn templates_escape_every_value_but_those_that_are_listed() {
        let (mut unescaped, mut addresses) = (Vec::new(), Vec::new());
        let templates = files("src/issuer/pages/templates", "");
        for (name, template) in templates.iter().filter(|(name, _)| name.ends_with(".html")) {
            let name = name.as_str();
            let (values, tags) = read(template);
            for (place, value) in values {
                if value.contains('|') {
                    unescaped.push((name, value));
                    continue;
                }
                match place {
                    Place::Content(element) => {
                        assert!(!matches!(element, "script" | "style"), "{name}: {value}");
                    }
                    Place::Tag(_) => panic!("{name}: {value} is in no quotes"),
                    Place::Attribute("href" | "action" | "formaction" | "src" | "content") => {
                        let Place::Attribute(attribute) = place else { unreachable!() };
                        addresses.push((name, attribute, value));
                    }
                    Place::Attribute(attribute) => {
                        let harmless = ["id", "lang", "name", "value"];
                        assert!(harmless.contains(&attribute), "{name}: {attribute}: {value}");
                    }
                }
            }
            for tag in tags {
                let word = tag.split(' ').next().unwrap();
                assert!(TAGS.contains(&word) && !tag.contains('|'), "{name}: {tag}");
            }
        }
        assert_eq!(unescaped, UNESCAPED);
        assert_eq!(addresses, ADDRESSES);
        // A template of another kind would have another escaper, or none.
        for (name, _) in &templates {
            assert!(name.ends_with(".html") || name == "page.css", "{name}");
        }
    }

    #[test]
    fn no_page_changes_how_its_template_is_escaped() {
        let mut pages = 0;
        for (name, code) in files("src/issuer/pages", ".rs") {
            let code = code.split("#[cfg(test)]").next().unwrap();
            for options in code.split("#[template(").skip(1) {
                let (path, _) = split(options, ")]");
                let path =
                    path.strip_prefix("path = \"").and_then(|rest| rest.strip_suffix(".html\""));
                assert!(path.is_some_and(|path| !path.contains('"')), "{name}: {options}");
                pages += 1;
            }
            for word in ["Safe", "template(escape", "template(source"] {
                assert!(!code.contains(word), "{name}: {word}");
            }
        }
        assert!(pages > 0);
    }

    #[test]
    fn what_means_something_in_html_is_escaped_and_the_rest_stays() {
        for (text, escaped) in [
            ("", ""),
            ("plain 登录 é", "plain 登录 é"),
            (
                "<b title=\"x\" lang='y'>&amp;",
                "&lt;b title=&quot;x&quot; lang=&#39;y&#39;&gt;&amp;amp;",
            ),
            ("a\0b", "a\u{fffd}b"),
            ("\"", "&quot;"),
            ("\u{7f}\n\t", "\u{7f}\n\t"),
        ] {
            let mut html = String::new();
            Escape.write_escaped_str(&mut html, text).unwrap();
            assert_eq!(html, escaped);
        }
    }
}
