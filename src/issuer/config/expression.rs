//! Expressions: how a claim is made of a user and an application.
//!
//! EIAM: the custom claims of an application are expressions. This is the part of its language that its
//! documentation of id_token fields shows: fields of the user, text constants, `ArrayMap` and
//! `ObjectToJsonString`. The fields of the application are this issuer's own.

use serde::Serialize;

use super::claims::ClaimValue;
use super::plain::{FromPlain, Problem, deserialized};

/// An expression that has been read: `user.email`, `"a text"`, `application.name`,
/// `ArrayMap(user.groups, __item.groupId)`, `ObjectToJsonString(user.groups)`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(into = "String")]
pub struct Expression {
    text: String,
    root: Node,
}

/// A part of an expression.
#[derive(Clone, Debug, PartialEq)]
enum Node {
    Text(String),
    Field(Model, Vec<String>),
    /// `ArrayMap(array, what is made of each item)`.
    Map(Box<Node>, Box<Node>),
    /// `ObjectToJsonString(value)`.
    Json(Box<Node>),
}

/// Where fields are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Model {
    /// `user`: whom the token is about.
    User,
    /// `application`: the client of the token.
    Application,
    /// `__item`: the present item of the innermost `ArrayMap`.
    Item,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// Says what is wrong, and at which character, counted from 1.
    ///
    /// ```
    /// use eiam_token::issuer::Expression;
    /// assert!(Expression::read("ArrayMap(user.groups, __item.groupId)").is_ok());
    /// let error = Expression::read("ArrayMap(user.groups)").unwrap_err();
    /// assert_eq!(error, "character 21: expected `,`");
    /// ```
    pub fn read(text: &str) -> Result<Self, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("longer than {MAX_LENGTH} bytes"));
        }
        let mut parser = Parser { text, place: 0 };
        let root = parser.node(0, false)?;
        parser.skip_blanks();
        if parser.place < text.len() {
            return Err(parser.problem("expected the end"));
        }
        Ok(Self { text: text.to_owned(), root })
    }

    /// The text of the expression.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The value for these fields; none if a field that it needs is not there.
    pub(crate) fn value(
        &self,
        field: &dyn Fn(Model, &str) -> Option<ClaimValue>,
    ) -> Option<ClaimValue> {
        self.root.value(field, None)
    }
}

impl Node {
    fn value(
        &self,
        field: &dyn Fn(Model, &str) -> Option<ClaimValue>,
        item: Option<&ClaimValue>,
    ) -> Option<ClaimValue> {
        match self {
            Self::Text(text) => Some(ClaimValue::String(text.clone())),
            Self::Field(Model::Item, path) => member(item?.clone(), path),
            Self::Field(model, path) => {
                let (first, rest) = path.split_first()?;
                member(field(*model, first)?, rest)
            }
            Self::Map(array, each) => match array.value(field, item)? {
                ClaimValue::Array(items) => {
                    let made = items.iter().filter_map(|item| each.value(field, Some(item)));
                    Some(ClaimValue::Array(made.collect()))
                }
                _ => None,
            },
            Self::Json(value) => Some(ClaimValue::String(value.value(field, item)?.to_json())),
        }
    }
}

/// The value at a path below another one; none if it is not there, or is `null`.
fn member(mut value: ClaimValue, path: &[String]) -> Option<ClaimValue> {
    for name in path {
        let ClaimValue::Object(members) = value else {
            return None;
        };
        value = members.into_iter().find(|(other, _)| other == name)?.1;
    }
    (value != ClaimValue::Null).then_some(value)
}

/// What is left of a text to read.
struct Parser<'a> {
    text: &'a str,
    /// The next byte.
    place: usize,
}

impl<'a> Parser<'a> {
    fn node(&mut self, depth: usize, has_item: bool) -> Result<Node, String> {
        self.skip_blanks();
        if depth > MAX_DEPTH {
            return Err(self.problem("nested too deeply"));
        }
        if self.rest().starts_with('"') {
            return self.constant();
        }
        let start = self.place;
        match self.name() {
            "ArrayMap" => {
                self.expect('(')?;
                let array = self.node(depth + 1, has_item)?;
                self.expect(',')?;
                let each = self.node(depth + 1, true)?;
                self.expect(')')?;
                Ok(Node::Map(Box::new(array), Box::new(each)))
            }
            "ObjectToJsonString" => {
                self.expect('(')?;
                let value = self.node(depth + 1, has_item)?;
                self.expect(')')?;
                Ok(Node::Json(Box::new(value)))
            }
            "user" => self.fields(Model::User),
            "application" => {
                let node = self.fields(Model::Application)?;
                match &node {
                    Node::Field(_, path) if APPLICATION.iter().any(|known| *path == [*known]) => {
                        Ok(node)
                    }
                    _ => {
                        self.place = start;
                        Err(self
                            .problem("expected `application.applicationId` or `application.name`"))
                    }
                }
            }
            "__item" if has_item => self.fields(Model::Item),
            _ => {
                self.place = start;
                Err(self.problem(
                    "expected `user.`, `application.`, a text in double quotes, `ArrayMap(`, \
                     `ObjectToJsonString(`, or `__item` in an ArrayMap",
                ))
            }
        }
    }

    /// The names behind a model, each after a dot. An item can be meant as it is.
    fn fields(&mut self, model: Model) -> Result<Node, String> {
        let mut path = Vec::new();
        while self.rest().starts_with('.') {
            self.place += 1;
            let name = self.name();
            if name.is_empty() {
                return Err(self.problem("expected the name of a field"));
            }
            path.push(name.to_owned());
        }
        if path.is_empty() && model != Model::Item {
            return Err(self.problem("expected `.` and the name of a field"));
        }
        Ok(Node::Field(model, path))
    }

    /// A text in double quotes, with `\"` and `\\` in it.
    fn constant(&mut self) -> Result<Node, String> {
        let start = self.place;
        let mut text = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((index, character)) = characters.next() {
            match character {
                '"' => {
                    self.place += index + 1;
                    return Ok(Node::Text(text));
                }
                '\\' => match characters.next() {
                    Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
                    _ => {
                        self.place += index;
                        return Err(self.problem("expected \\\" or \\\\"));
                    }
                },
                other => text.push(other),
            }
        }
        self.place = start;
        Err(self.problem("the text does not end: expected \""))
    }

    /// A name of letters, digits and `_`; empty if there is none.
    fn name(&mut self) -> &'a str {
        let rest = self.rest();
        let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let end = rest.find(|character| !is_part(character)).unwrap_or(rest.len());
        self.place += end;
        rest.get(..end).unwrap_or_default()
    }

    fn expect(&mut self, wanted: char) -> Result<(), String> {
        self.skip_blanks();
        if !self.rest().starts_with(wanted) {
            return Err(self.problem(&format!("expected `{wanted}`")));
        }
        self.place += wanted.len_utf8();
        Ok(())
    }

    fn skip_blanks(&mut self) {
        self.place += self.rest().len() - self.rest().trim_start_matches(' ').len();
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.place..).unwrap_or_default()
    }

    #[cold]
    fn problem(&self, problem: &str) -> String {
        let before = self.text.get(..self.place).unwrap_or_default();
        // Octets that begin a character of UTF-8.
        let before = before.bytes().filter(|octet| octet & 0xc0 != 0x80).count();
        // A character beyond the text is its end.
        format!("character {}: {problem}", before + 1)
    }
}

impl FromPlain for Expression {
    fn from_plain(value: ClaimValue) -> Result<Self, Problem> {
        Self::read(&String::from_plain(value)?).map_err(Problem::new)
    }
}

deserialized!(Expression);

impl From<Expression> for String {
    fn from(expression: Expression) -> Self {
        expression.text
    }
}

/// The fields of an application.
const APPLICATION: [&str; 2] = ["applicationId", "name"];

/// The longest expression in bytes.
pub(super) const MAX_LENGTH: usize = 512;

/// How deeply functions may be nested.
const MAX_DEPTH: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    fn group(id: &str) -> ClaimValue {
        ClaimValue::Object(vec![("groupId".into(), ClaimValue::String(id.into()))])
    }

    fn value(expression: &str) -> Option<String> {
        let field = |model, name: &str| match (model, name) {
            (Model::User, "groups") => Some(ClaimValue::Array(vec![group("g1"), group("g2")])),
            (Model::User, "email") => Some(ClaimValue::String("a@b".into())),
            (Model::User, "none") => Some(ClaimValue::Null),
            (Model::Application, "name") => Some(ClaimValue::String("Web".into())),
            _ => None,
        };
        Expression::read(expression).unwrap().value(&field).map(|value| value.to_json())
    }

    #[test]
    fn eiam_values() {
        for (expression, expected) in [
            ("user.email", r#""a@b""#),
            (" user.email ", r#""a@b""#),
            ("application.name", r#""Web""#),
            (r#""a \"text\" \\ é""#, r#""a \"text\" \\ é""#),
            ("ArrayMap(user.groups, __item.groupId)", r#"["g1","g2"]"#),
            ("ArrayMap( user.groups ,__item )", r#"[{"groupId":"g1"},{"groupId":"g2"}]"#),
            ("ArrayMap(user.groups, __item.else)", "[]"),
            (r#"ArrayMap(user.groups, "x")"#, r#"["x","x"]"#),
            ("ObjectToJsonString(user.groups)", r#""[{\"groupId\":\"g1\"},{\"groupId\":\"g2\"}]""#),
            (
                "ArrayMap(user.groups, ObjectToJsonString(__item))",
                r#"["{\"groupId\":\"g1\"}","{\"groupId\":\"g2\"}"]"#,
            ),
        ] {
            assert_eq!(value(expression).as_deref(), Some(expected), "{expression}");
        }
        for expression in [
            "user.nothing",
            "user.none",
            "user.email.domain",
            "ArrayMap(user.email, __item)",
            "ObjectToJsonString(user.nothing)",
        ] {
            assert_eq!(value(expression), None, "{expression}");
        }
    }

    #[test]
    fn problems_say_where() {
        for (expression, expected) in [
            ("", "character 1: expected `user.`"),
            ("user", "character 5: expected `.`"),
            ("user.", "character 6: expected the name"),
            ("user.a b", "character 8: expected the end"),
            ("appUser.username", "character 1: expected `user.`"),
            ("application.secret", "character 1: expected `application.applicationId`"),
            ("__item.x", "character 1: expected"),
            ("ArrayMap(user.groups)", "character 21: expected `,`"),
            ("ArrayMap(user.groups, __item.a", "character 31: expected `)`"),
            ("ObjectToJsonString user.a", "character 20: expected `(`"),
            ("Trim(user.a)", "character 1: expected"),
            ("\"é\\n\"", "character 3: expected"),
            ("\"abc", "character 1: the text does not end"),
            ("é", "character 1: expected"),
        ] {
            let problem = Expression::read(expression).unwrap_err();
            assert!(problem.starts_with(expected), "{expression}: {problem}");
        }
        let deep = format!("{}user.a{}", "ObjectToJsonString(".repeat(9), ")".repeat(9));
        assert!(Expression::read(&deep).unwrap_err().ends_with("nested too deeply"));
        let long = format!("\"{}\"", "x".repeat(MAX_LENGTH));
        assert!(Expression::read(&long).unwrap_err().starts_with("longer than"));
    }
}
