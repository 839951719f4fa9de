//! Values that are words from a list. No message shows an unknown word, because it can be a secret
//! in a wrong place.

use serde::ser::{Serialize, Serializer};

use super::claims::ClaimValue;
use super::plain::{FromPlain, Problem};
use crate::issuer::jose::algorithm::SigningAlgorithm;
use crate::issuer::profile::Profile;
use crate::pkce::Method;

/// A type whose values are words in a configuration.
pub(crate) trait Word: Copy + 'static {
    /// All values.
    const ALL: &'static [Self];

    /// The word for a value.
    fn word(self) -> &'static str;
}

macro_rules! words {
    ($($name:ty),*) => {$(
        impl Word for $name {
            const ALL: &'static [Self] = &Self::ALL;

            fn word(self) -> &'static str {
                self.name()
            }
        }

        impl $crate::issuer::config::plain::FromPlain for $name {
            fn from_plain(
                value: $crate::issuer::config::claims::ClaimValue,
            ) -> Result<Self, $crate::issuer::config::plain::Problem> {
                $crate::issuer::config::words::read_one(value)
            }

            fn list(
                value: $crate::issuer::config::claims::ClaimValue,
            ) -> Result<Vec<Self>, $crate::issuer::config::plain::Problem> {
                $crate::issuer::config::words::read_list(value)
            }
        }
    )*};
}

pub(super) use words;

words!(Method, Profile, SigningAlgorithm);

/// Reads one word.
pub(super) fn read_one<T: Word>(value: ClaimValue) -> Result<T, Problem> {
    let words = all::<T>();
    let place = place(&words, &String::from_plain(value)?);
    place.and_then(|place| T::ALL.get(place).copied()).ok_or_else(|| unknown(&words, "one"))
}

/// Reads an array of words.
pub(super) fn read_list<T: Word>(value: ClaimValue) -> Result<Vec<T>, Problem> {
    let words = all::<T>();
    let places = places(&words, value)?;
    Ok(places.into_iter().filter_map(|place| T::ALL.get(place).copied()).collect())
}

/// The place of a word among the known ones.
fn place(known: &[&str], word: &str) -> Option<usize> {
    known.iter().position(|one| *one == word)
}

/// The places of the words in an array.
#[inline(never)]
fn places(known: &[&str], value: ClaimValue) -> Result<Vec<usize>, Problem> {
    let words = String::list(value)?;
    let places: Option<_> = words.iter().map(|word| place(known, word)).collect();
    places.ok_or_else(|| unknown(known, "some"))
}

#[cold]
#[inline(never)]
fn unknown(known: &[&str], which: &str) -> Problem {
    Problem::new(format!("unknown value, expected {which} of {}", known.join(", ")))
}

/// All words of a type.
#[inline(never)]
pub(super) fn all<T: Word>() -> Vec<&'static str> {
    words_of(T::ALL).collect()
}

fn words_of<T: Word>(list: &[T]) -> impl Iterator<Item = &'static str> {
    list.iter().copied().map(Word::word)
}

/// Writes one word, for `#[serde(with)]`.
pub(super) mod one {
    use crate::issuer::config::words::{Serialize, Serializer, Word};

    /// Writes the word.
    pub(crate) fn serialize<T: Word, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.word().serialize(serializer)
    }
}

/// Writes one word or nothing, for `#[serde(with)]`.
pub(super) mod optional {
    use crate::issuer::config::words::{Serialize, Serializer, Word};

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(crate) fn serialize<T: Word, S: Serializer>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.map(Word::word).serialize(serializer)
    }
}

/// Writes several words, for `#[serde(with)]`.
pub(super) mod list {
    use crate::issuer::config::words::{Serializer, Word, words_of};

    /// Writes the words.
    pub(crate) fn serialize<T: Word, S: Serializer>(
        list: &[T],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(words_of(list))
    }
}

/// Writes a list of words that may be left out, for `#[serde(with)]`.
pub(super) mod optional_list {
    use crate::issuer::config::words::{Serialize, Serializer, Word, words_of};

    /// Writes the words, if there are any.
    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(crate) fn serialize<T: Word, S: Serializer>(
        list: &Option<Vec<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        list.as_deref().map(|list| words_of(list).collect::<Vec<_>>()).serialize(serializer)
    }
}
