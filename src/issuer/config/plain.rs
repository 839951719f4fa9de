//! Reading from plain values. A configuration of any format is first read into plain values, and its
//! structs are then read from these. So the code for the structs is compiled only once, and the
//! messages are the same for all formats.
//!
//! The structs are not read with `serde`: what it derives makes a value of each member before it makes
//! the struct, which is several times as much code. Here a struct begins with what is left out, and
//! its members are read into it.

use core::fmt;

use super::claims::{ClaimValue, Claims};
use super::error::ConfigError;

/// What can be read from a plain value.
pub(crate) trait FromPlain: Sized {
    /// Reads it. A value of another type than the expected one is refused, and so is `null`.
    fn from_plain(value: ClaimValue) -> Result<Self, Problem>;

    /// Reads an array of them.
    fn list(value: ClaimValue) -> Result<Vec<Self>, Problem> {
        let mut list = Vec::new();
        each(value, &mut |item| {
            list.push(Self::from_plain(item)?);
            Ok(())
        })
        .map(|()| list)
    }

    /// Reads it into a place that holds what it is if it is left out.
    fn read_into(&mut self, value: ClaimValue) -> Result<(), Problem> {
        *self = Self::from_plain(value)?;
        Ok(())
    }
}

/// Where a value is read into.
pub(crate) trait Place {
    /// Reads it.
    fn fill(&mut self, value: ClaimValue) -> Result<(), Problem>;
}

impl<T: FromPlain> Place for T {
    fn fill(&mut self, value: ClaimValue) -> Result<(), Problem> {
        self.read_into(value)
    }
}

/// A struct that is read from the members of an object.
pub(crate) trait Parts {
    /// What an object without members is read as, if no member is needed.
    fn blank() -> Self
    where
        Self: Sized;

    /// Reads its members, in their order.
    fn parts(&mut self, members: &mut Members);
}

/// The members of an object, from which those of a struct are taken.
pub(crate) struct Members {
    rest: Vec<(String, ClaimValue)>,
    /// The first problem. Nothing is read after it.
    problem: Option<Problem>,
}

/// These functions are not inlined. Otherwise the wasm module would have a copy for each member, which
/// would be kilobytes.
impl Members {
    /// Reads a member that is needed. The name is the one of the field.
    #[inline(never)]
    pub(crate) fn needs(&mut self, field: &str, place: &mut dyn Place) -> &mut Self {
        if !self.has(field) && self.problem.is_none() {
            let problem = format!("the member `{}` is missing", in_camel_case(field));
            self.problem = Some(Problem::new(problem));
        }
        self.takes(field, place)
    }

    /// Reads a member, if it is there.
    #[inline(never)]
    pub(crate) fn takes(&mut self, field: &str, place: &mut dyn Place) -> &mut Self {
        let found = self.rest.iter().position(|(name, _)| is_of(name, field));
        if let Some(found) = found.filter(|_| self.problem.is_none()) {
            let (name, value) = self.rest.remove(found);
            self.problem = place.fill(value).err().map(|problem| problem.below(&name));
        }
        self
    }

    /// Passes over a field that no member is for.
    pub(crate) fn skips<T>(&mut self, _: &str, _: &mut T) -> &mut Self {
        self
    }

    fn has(&self, field: &str) -> bool {
        self.rest.iter().any(|(name, _)| is_of(name, field))
    }
}

/// Reads the members of an object into a struct, and refuses those that it has no fields for.
#[inline(never)]
pub(crate) fn read_members(value: ClaimValue, parts: &mut dyn Parts) -> Result<(), Problem> {
    let mut members = Members { rest: object(value)?, problem: None };
    parts.parts(&mut members);
    match (members.problem, members.rest.first()) {
        (Some(problem), _) => Err(problem),
        (None, Some((name, _))) => {
            Err(Problem::new(format!("the key `{name}` is unknown")).below(name))
        }
        (None, None) => Ok(()),
    }
}

/// The name of the member for a field.
fn in_camel_case(field: &str) -> String {
    let mut name = String::new();
    for (index, word) in field.split('_').enumerate() {
        let (first, rest) = word.split_at(usize::from(index > 0 && !word.is_empty()));
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    name
}

/// Whether a member is for a field: its name is the field's in camelCase.
fn is_of(name: &str, field: &str) -> bool {
    let mut letters = name.bytes();
    let mut begins = false;
    for letter in field.bytes() {
        if letter == b'_' {
            begins = true;
            continue;
        }
        let letter = if begins { letter.to_ascii_uppercase() } else { letter };
        begins = false;
        if letters.next() != Some(letter) {
            return false;
        }
    }
    letters.next().is_none()
}

/// Says from which members a struct is read: `needs` those that have to be there, and `takes` the
/// others. It does not compile if a field is left out.
macro_rules! parts {
    ($type:ident = $blank:expr; $($kind:ident $field:ident $(as $name:literal)?),* $(,)?) => {
        impl $crate::issuer::config::plain::Parts for $type {
            fn blank() -> Self {
                $blank
            }

            fn parts(&mut self, members: &mut $crate::issuer::config::plain::Members) {
                let Self { $($field),* } = self;
                $(members.$kind(parts!(@ $field $($name)?), $field);)*
            }
        }
    };
    (@ $field:ident) => { stringify!($field) };
    (@ $field:ident $name:literal) => { $name };
}

/// Lets structs be read from objects.
macro_rules! objects {
    ($($type:ident),*) => {$(
        impl $crate::issuer::config::plain::FromPlain for $type {
            #[inline(never)]
            fn from_plain(
                value: $crate::issuer::config::claims::ClaimValue,
            ) -> Result<Self, $crate::issuer::config::plain::Problem> {
                let mut read: Self = $crate::issuer::config::plain::Parts::blank();
                $crate::issuer::config::plain::read_members(value, &mut read).map(|()| read)
            }

            fn read_into(
                &mut self,
                value: $crate::issuer::config::claims::ClaimValue,
            ) -> Result<(), $crate::issuer::config::plain::Problem> {
                $crate::issuer::config::plain::read_members(value, self)
            }
        }

        $crate::issuer::config::plain::deserialized!($type);
    )*};
}

/// Lets `serde` read what plain values are read as.
macro_rules! deserialized {
    ($($type:ident),*) => {$(
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = $crate::issuer::config::claims::ClaimValue::deserialize(deserializer)?;
                let read: Result<Self, _> =
                    $crate::issuer::config::plain::FromPlain::from_plain(value);
                read.map_err(serde::de::Error::custom)
            }
        }
    )*};
}

pub(crate) use {deserialized, objects, parts};

impl FromPlain for ClaimValue {
    fn from_plain(value: ClaimValue) -> Result<Self, Problem> {
        Ok(value)
    }
}

impl FromPlain for Claims {
    fn from_plain(value: ClaimValue) -> Result<Self, Problem> {
        object(value).map(Self)
    }
}

deserialized!(Claims);

impl FromPlain for bool {
    fn from_plain(value: ClaimValue) -> Result<Self, Problem> {
        match value {
            ClaimValue::Bool(value) => Ok(value),
            other => Err(Problem::is_not(&other, "true or false")),
        }
    }
}

impl FromPlain for i64 {
    #[inline(never)]
    fn from_plain(value: ClaimValue) -> Result<Self, Problem> {
        match value {
            ClaimValue::Integer(value) => Ok(value),
            other => Err(Problem::is_not(&other, "a whole number")),
        }
    }
}

/// A whole number that a smaller type has room for.
fn smaller<T: TryFrom<i64>>(value: ClaimValue) -> Result<T, Problem> {
    T::try_from(i64::from_plain(value)?).map_err(|_| Problem::new("out of range".to_owned()))
}

impl FromPlain for u32 {
    fn from_plain(value: ClaimValue) -> Result<Self, Problem> {
        smaller(value)
    }
}

impl FromPlain for usize {
    fn from_plain(value: ClaimValue) -> Result<Self, Problem> {
        smaller(value)
    }
}

impl FromPlain for String {
    #[inline(never)]
    fn from_plain(value: ClaimValue) -> Result<Self, Problem> {
        match value {
            ClaimValue::String(text) => Ok(text),
            other => Err(Problem::is_not(&other, "a string")),
        }
    }
}

impl<T: FromPlain> FromPlain for Option<T> {
    fn from_plain(value: ClaimValue) -> Result<Self, Problem> {
        T::from_plain(value).map(Some)
    }
}

impl<T: FromPlain> FromPlain for Vec<T> {
    fn from_plain(value: ClaimValue) -> Result<Self, Problem> {
        T::list(value)
    }
}

/// Reads each item of an array.
#[inline(never)]
fn each(
    value: ClaimValue,
    read: &mut dyn FnMut(ClaimValue) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let ClaimValue::Array(items) = value else {
        return Err(Problem::is_not(&value, "an array"));
    };
    for (index, item) in items.into_iter().enumerate() {
        read(item).map_err(|problem| problem.below(&format!("[{index}]")))?;
    }
    Ok(())
}

#[inline(never)]
fn object(value: ClaimValue) -> Result<Vec<(String, ClaimValue)>, Problem> {
    match value {
        ClaimValue::Object(members) => Ok(members),
        other => Err(Problem::is_not(&other, "an object")),
    }
}

/// A problem with a part of the configuration. It never contains the value, because that can be a
/// secret in a wrong place.
#[derive(Debug)]
pub(crate) struct Problem(Box<ConfigError>);

impl Problem {
    #[cold]
    #[inline(never)]
    fn is_not(value: &ClaimValue, expected: &str) -> Self {
        Self::new(format!("{}, expected {expected}", value.kind()))
    }

    /// A problem without a path.
    #[cold]
    #[inline(never)]
    pub(crate) fn new(problem: String) -> Self {
        Self(Box::new(ConfigError::new("", problem)))
    }

    /// The same problem, at this place in the parent.
    #[cold]
    #[inline(never)]
    pub(super) fn below(mut self, place: &str) -> Self {
        *self.0 = self.0.within(place);
        self
    }

    /// The error for a value that is at this path.
    #[cold]
    #[inline(never)]
    pub(super) fn at(self, path: &str) -> ConfigError {
        self.0.of_all(path)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.path.is_empty() {
            return f.write_str(&self.0.problem);
        }
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_have_the_names_of_fields_in_camel_case() {
        for (field, name) in
            [("in", "in"), ("base_url", "baseUrl"), ("used_jwt_ids", "usedJwtIds"), ("a_b1", "aB1")]
        {
            assert_eq!(in_camel_case(field), name);
            assert!(is_of(name, field), "{name}");
        }
        for (field, name) in
            [("base_url", "base_url"), ("base_url", "baseurl"), ("base", "baseUrl")]
        {
            assert!(!is_of(name, field), "{name}");
        }
    }

    #[test]
    fn the_first_problem_counts() {
        let member = |name: &str, value| (name.to_owned(), value);
        let mut flag = false;
        let mut text = String::from("as it was");
        let rest = vec![
            member("other", ClaimValue::Null),
            member("theText", ClaimValue::Null),
            member("theFlag", ClaimValue::Bool(true)),
        ];
        let mut members = Members { rest, problem: None };
        members
            .takes("the_flag", &mut flag)
            .needs("missing", &mut flag)
            .takes("the_text", &mut text);
        let problem = members.problem.map(|problem| problem.to_string());
        assert_eq!(problem.as_deref(), Some("the member `missing` is missing"));
        assert!(flag);
        assert_eq!(text, "as it was");
        // After the problem nothing was read.
        assert_eq!(members.rest.len(), 2);
    }
}
