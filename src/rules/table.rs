//! Lists of names, each of which is one text, so that JavaScript can pass it to the module as it is.

use super::unescaped::Unescaped;

/// A list of names. Two characters stand before each name: a letter, whose meaning depends on the list, and the
/// length of the name, as the character that many places after `0`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Table<'a>(&'a [u8]);

/// A name of a table, after the letter before it.
pub(crate) type Entry<'a> = (u8, &'a [u8]);

impl<'a> Table<'a> {
    /// The table that a text is.
    pub(crate) const fn new(text: &'a [u8]) -> Self {
        Self(text)
    }

    /// The text of the table.
    pub(crate) const fn text(self) -> &'a [u8] {
        self.0
    }

    /// The place of a name; `None` if the table does not have it. `has_escapes` says that
    /// `name` has the escapes of a JSON string.
    pub(crate) fn find(self, name: &[u8], has_escapes: bool) -> Option<usize> {
        for (index, (_, known)) in self.enumerate() {
            let is_same = match has_escapes {
                false => known == name,
                true => Unescaped::of_json(name).is(known),
            };
            if is_same {
                return Some(index);
            }
        }
        None
    }

    /// The name at a place; empty if there is none.
    pub(crate) fn name(mut self, index: usize) -> &'a [u8] {
        self.nth(index).map_or(&[], |(_, name)| name)
    }
}

impl<'a> Iterator for Table<'a> {
    type Item = Entry<'a>;

    fn next(&mut self) -> Option<Entry<'a>> {
        let [letter, length, rest @ ..] = self.0 else { return None };
        let (name, rest) = rest.split_at_checked(usize::from(length.wrapping_sub(b'0')))?;
        self.0 = rest;
        Some((*letter, name))
    }
}

/// A name of a table in the source, after its letter.
pub(crate) type Written = (u8, &'static str);

/// How many octets [`write()`] makes of these names.
pub(crate) const fn size(mut names: &[Written]) -> usize {
    let mut size = 0;
    while let [(_, name), rest @ ..] = names {
        size += 2 + name.len();
        names = rest;
    }
    size
}

/// Writes names as one text of [`size`] octets.
pub(crate) const fn write<const SIZE: usize>(mut names: &[Written]) -> [u8; SIZE] {
    let mut text = [0; SIZE];
    let mut room: &mut [u8] = &mut text;
    while let [(letter, name), rest @ ..] = names {
        room = put(put(room, *letter), b'0' + name.len() as u8);
        let mut octets = name.as_bytes();
        while let [octet, others @ ..] = octets {
            room = put(room, *octet);
            octets = others;
        }
        names = rest;
    }
    text
}

/// Writes one octet, and gives the room behind it.
const fn put(room: &mut [u8], octet: u8) -> &mut [u8] {
    match room.split_first_mut() {
        Some((place, rest)) => {
            *place = octet;
            rest
        }
        None => &mut [],
    }
}

/// Makes a table of names when the crate is compiled.
macro_rules! table {
    ($($name:expr),* $(,)?) => {{
        const WRITTEN: &[$crate::rules::table::Written] = &[$($name),*];
        const OCTETS: [u8; $crate::rules::table::size(WRITTEN)] = $crate::rules::table::write(WRITTEN);
        $crate::rules::table::Table::new(&OCTETS)
    }};
}
pub(crate) use table;
