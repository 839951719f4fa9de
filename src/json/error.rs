use core::fmt;

use crate::text;

/// Why and where a text is refused. The error contains no part of the text except the names of the
/// members that lead to the fault, and only if they are plain words: 1 to 32 letters and
/// underscores.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// What is wrong.
    pub reason: Reason,
    /// The position in bytes, from 0.
    pub offset: usize,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// The path of the value that is wrong, such as `$.keys[2].kid`; `$` is the whole text.
    pub path: String,
}

/// What is wrong with a JSON text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The text ends in the middle of a value.
    UnexpectedEnd,
    /// A character that is not allowed here.
    UnexpectedCharacter,
    /// Something follows the value.
    TrailingCharacters,
    /// A number that JSON's grammar does not allow, such as `01` or `1.`.
    Number,
    /// An escape that JSON does not allow, or one that is not a Unicode character.
    Escape,
    /// A control character that must be escaped.
    ControlCharacter,
    /// A name that occurs twice in an object.
    DuplicateMember,
    /// Bytes that are not UTF-8.
    Utf8,
    /// A value of another kind where an object is required.
    NotAnObject {
        /// The kind, from [`Value::kind`](super::Value::kind).
        found: &'static str,
    },
    /// Nested deeper than allowed.
    TooDeep {
        /// The depth allowed.
        limit: usize,
    },
    /// More bytes than allowed.
    TooLong {
        /// The bytes allowed.
        limit: usize,
    },
    /// A string or name with more bytes than allowed.
    StringTooLong {
        /// The bytes allowed.
        limit: usize,
    },
    /// An object with more members than allowed.
    TooManyMembers {
        /// The members allowed.
        limit: usize,
    },
}

impl JsonError {
    #[cold]
    pub(super) fn not_utf8(offset: usize) -> Self {
        Self { reason: Reason::Utf8, offset, line: 1, column: offset + 1, path: "$".to_owned() }
    }

    /// A fault in `text`; `path` leads from its outermost value to the one that is wrong.
    #[cold]
    pub(super) fn located(reason: Reason, offset: usize, path: &str, text: &str) -> Self {
        let (mut line, mut column) = (1, 1);
        for byte in text.bytes().take(offset) {
            match byte {
                b'\n' => (line, column) = (line + 1, 1),
                // The bytes of a character after its first.
                0x80..=0xbf => {}
                _ => column += 1,
            }
        }
        Self { reason, offset, line, column, path: text::concat(&["$", path]) }
    }

    /// What `Display` shows.
    pub(crate) fn message(&self) -> String {
        let (before, limit, after) = match self.reason {
            Reason::UnexpectedEnd => ("the text ends in the middle", None, ""),
            Reason::UnexpectedCharacter => ("unexpected character", None, ""),
            Reason::TrailingCharacters => ("something follows the value", None, ""),
            Reason::Number => ("not a JSON number", None, ""),
            Reason::Escape => ("not a valid escape", None, ""),
            Reason::ControlCharacter => ("a control character in a string", None, ""),
            Reason::DuplicateMember => ("duplicate member", None, ""),
            Reason::Utf8 => ("not UTF-8", None, ""),
            Reason::NotAnObject { found } => (found, None, " and not an object"),
            Reason::TooDeep { limit } => ("nested deeper than ", Some(limit), ""),
            Reason::TooLong { limit } => ("longer than ", Some(limit), " bytes"),
            Reason::StringTooLong { limit } => ("a string of more than ", Some(limit), " bytes"),
            Reason::TooManyMembers { limit } => ("more than ", Some(limit), " members"),
        };
        let limit = limit.map(text::decimal).unwrap_or_default();
        let (line, column) = (text::decimal(self.line), text::decimal(self.column));
        let (before_path, path) =
            if self.path.len() > 1 { (", in ", &*self.path) } else { ("", "") };
        text::concat(&[
            before,
            &limit,
            after,
            " at line ",
            &line,
            " column ",
            &column,
            before_path,
            path,
        ])
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl core::error::Error for JsonError {}
