//! Writing JSON objects, member by member.

use crate::json::scan;
use crate::text;

/// Writes one object in the order of the calls.
///
/// ```
/// let mut object = eiam_token::json::ObjectWriter::new();
/// object.string("token_type", "Bearer").integer("expires_in", 1200);
/// assert_eq!(object.finish(), r#"{"token_type":"Bearer","expires_in":1200}"#);
/// ```
pub struct ObjectWriter(String);

impl Default for ObjectWriter {
    fn default() -> Self {
        Self::new()
    }
}

impl ObjectWriter {
    /// An object without members.
    #[must_use]
    pub fn new() -> Self {
        let mut text = String::with_capacity(USUAL);
        text.push('{');
        Self(text)
    }

    /// Adds a string.
    pub fn string(&mut self, name: &str, value: &str) -> &mut Self {
        self.name(name);
        write_string(value, &mut self.0);
        self
    }

    /// Adds a string if there is one.
    pub fn optional_string(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.string(name, value),
            None => self,
        }
    }

    /// Adds an integer, with all its digits.
    pub fn integer(&mut self, name: &str, value: i64) -> &mut Self {
        self.name(name);
        text::push_signed(value, &mut self.0);
        self
    }

    /// Adds a boolean.
    pub fn boolean(&mut self, name: &str, value: bool) -> &mut Self {
        self.raw(name, if value { "true" } else { "false" })
    }

    /// Adds an array of strings.
    pub fn strings<S: AsRef<str>>(
        &mut self,
        name: &str,
        values: impl IntoIterator<Item = S>,
    ) -> &mut Self {
        self.name(name);
        self.0.push('[');
        for (index, value) in values.into_iter().enumerate() {
            if index > 0 {
                self.0.push(',');
            }
            write_string(value.as_ref(), &mut self.0);
        }
        self.0.push(']');
        self
    }

    /// Adds a value that is already JSON. The caller has to make sure of that.
    pub fn raw(&mut self, name: &str, json: &str) -> &mut Self {
        self.name(name);
        self.0.push_str(json);
        self
    }

    /// The text of the object.
    #[must_use]
    pub fn finish(mut self) -> String {
        self.0.push('}');
        core::mem::take(&mut self.0)
    }

    fn name(&mut self, name: &str) {
        self.0.push_str(if self.0.len() > 1 { ",\"" } else { "\"" });
        write_escaped(name, &mut self.0);
        self.0.push_str("\":");
    }
}

/// How many bytes are set aside for an object: most answers are shorter. One that grows is copied again and again.
const USUAL: usize = 512;

/// Writes a string with its quotes.
fn write_string(text: &str, out: &mut String) {
    out.push('"');
    write_escaped(text, out);
    out.push('"');
}

/// Writes the content of a string. `<`, `>`, `&`, U+2028 and U+2029 need no escape in JSON, and nothing here is
/// ever put into a script.
fn write_escaped(text: &str, out: &mut String) {
    let mut rest = text;
    loop {
        // All that needs an escape is ASCII, so what is between stands at character borders.
        let plain = scan::plain_length(rest.as_bytes());
        let Some((plain, special)) = rest.split_at_checked(plain).filter(|it| !it.1.is_empty())
        else {
            out.push_str(rest);
            return;
        };
        out.push_str(plain);
        let mut characters = special.chars();
        match characters.next() {
            None => return,
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(control) if control < ' ' => {
                out.push_str("\\u00");
                for nibble in [control as u32 >> 4, control as u32 & 15] {
                    out.push(char::from_digit(nibble, 16).unwrap_or('0'));
                }
            }
            Some(other) => {
                out.push('\\');
                out.push(other);
            }
        }
        rest = characters.as_str();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{self, Limits};

    #[test]
    fn what_is_written_is_read_back() {
        let text = "\"\\\n\r\t\u{1}\u{1f}é😀</script>";
        let mut writer = ObjectWriter::new();
        writer
            .string("s", text)
            .optional_string("none", None)
            .integer("i", i64::MIN)
            .boolean("b", true)
            .strings("a", ["x", "y\""])
            .raw("r", "{}");
        let written = writer.finish();
        let value = json::parse(&written, Limits::default()).unwrap();
        let object = value.as_object().unwrap();
        let member = |name| object.member(name).unwrap();
        assert_eq!(member("s").as_str().as_deref(), Some(text));
        assert_eq!(member("i").as_written(), "-9223372036854775808");
        assert_eq!(object.iter().count(), 5);
    }
}
