use core::fmt;

use crate::rules::json::{Scan, Wanted, names_in};
use crate::rules::slot::{Slot, content};
use crate::rules::table::Table;
use crate::rules::unescaped::Unescaped;
use crate::secret::Secret;

/// All members of a JSON object that a server sent, including those that no standard names. `Debug` does not
/// show them, because tokens may be among them.
///
/// ```
/// use eiam_token::{client::token, http::HttpResponse};
/// let body = r#"{"token_type":"Bearer","access_token":"ATx","tenant":{"id":7},"plan":"gold"}"#;
/// let members = token::parse_response(&HttpResponse::new(200, body), 0)?.members;
/// assert_eq!(members.get("tenant"), Some(r#"{"id":7}"#));
/// assert_eq!(members.text("plan").as_deref(), Some("gold"));
/// assert_eq!((members.get("more"), members.text("tenant")), (None, None));
/// # Ok::<(), eiam_token::client::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Members(Secret);

impl Members {
    /// The members of a text that is a JSON object without duplicate names; `None` for any other.
    pub(super) fn of(text: &str) -> Option<Self> {
        find(text, Table::default())?;
        Some(Self(text.into()))
    }

    /// The members of a text that was read already.
    pub(crate) fn read(text: &str) -> Self {
        Self(text.into())
    }

    /// The whole object, as the server wrote it.
    #[must_use]
    pub fn as_written(&self) -> &str {
        self.0.expose()
    }

    /// The JSON text of a member's value; `None` if the member is missing, or its name has more than 207 octets.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let [from, to, _, first] = self.slot(name)?;
        // The place of a string is what stands between its quotes.
        let quote = u32::from(first == QUOTE);
        self.as_written().get((from - quote) as usize..(to + quote) as usize)
    }

    /// The text of a member that is a string. `None` for any other, and for a string with an escape that
    /// stands for no character.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        let slot = self.slot(name)?;
        let [.., first] = slot;
        let content = content(self.as_written().as_bytes(), &slot);
        let text = (first == QUOTE).then(|| Unescaped::of_json(content).collect())?;
        String::from_utf8(text).ok()
    }

    /// The slot of a member; `None` if it is missing.
    fn slot(&self, name: &str) -> Option<Slot> {
        // A table has one octet for the length of a name.
        let length = u8::try_from(name.len()).ok()?.checked_add(b'0')?;
        let table = [&[b't', length], name.as_bytes()].concat();
        find(self.as_written(), Table::new(&table)).filter(|[.., first]| *first != 0)
    }
}

const QUOTE: u32 = b'"' as u32;

/// The slot of the only member of a table in an object, empty if the member is missing; `None` for text that is
/// no object.
fn find(text: &str, members: Table<'_>) -> Option<Slot> {
    let (mut names, mut slots) = (vec![(0, 0); names_in(text.as_bytes())], [[0; 4]]);
    let mut wanted = Wanted { members, slots: &mut slots };
    Scan::new(text.as_bytes(), &mut names).object(&mut wanted)?;
    let [slot] = slots;
    Some(slot)
}

impl fmt::Debug for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Members([redacted])")
    }
}
