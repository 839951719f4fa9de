//! Values that are words from a list. No message shows an unknown word, because it can be a secret
//! in a wrong place.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

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
    )*};
}

pub(super) use words;

words!(Method, Profile, SigningAlgorithm);

fn find<T: Word>(word: &str) -> Option<T> {
    T::ALL.iter().copied().find(|known| known.word() == word)
}

#[cold]
fn unknown<T: Word>(which: &str) -> String {
    format!("unknown value, expected {which} of {}", all::<T>().join(", "))
}

/// All words of a type.
pub(super) fn all<T: Word>() -> Vec<&'static str> {
    words_of(T::ALL).collect()
}

fn words_of<T: Word>(list: &[T]) -> impl Iterator<Item = &'static str> {
    list.iter().copied().map(Word::word)
}

/// Reads and writes one word, for `#[serde(with)]`.
pub(super) mod one {
    use crate::issuer::config::words::{
        Deserialize, Deserializer, Error, Serialize, Serializer, Word, find, unknown,
    };

    /// Writes the word.
    pub(crate) fn serialize<T: Word, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.word().serialize(serializer)
    }

    /// Reads the word.
    pub(crate) fn deserialize<'de, T: Word, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        find(&String::deserialize(deserializer)?)
            .ok_or_else(|| D::Error::custom(unknown::<T>("one")))
    }
}

/// One word or nothing, for `#[serde(with)]`.
pub(super) mod optional {
    use crate::issuer::config::words::{Deserializer, Serialize, Serializer, Word, one};

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(crate) fn serialize<T: Word, S: Serializer>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.map(Word::word).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, T: Word, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<T>, D::Error> {
        one::deserialize(deserializer).map(Some)
    }
}

/// Several words, for `#[serde(with)]`.
pub(super) mod list {
    use crate::issuer::config::words::{
        Deserialize, Deserializer, Error, Serializer, Word, find, unknown, words_of,
    };

    /// Writes the words.
    pub(crate) fn serialize<T: Word, S: Serializer>(
        list: &[T],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(words_of(list))
    }

    /// Reads the words.
    pub(crate) fn deserialize<'de, T: Word, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<T>, D::Error> {
        let words = Vec::<String>::deserialize(deserializer)?;
        let mut list = Vec::new();
        for word in &words {
            list.extend(find::<T>(word));
        }
        if list.len() == words.len() {
            Ok(list)
        } else {
            Err(D::Error::custom(unknown::<T>("some")))
        }
    }
}

/// Reads and writes a list of words that may be left out, for `#[serde(with)]`.
pub(super) mod optional_list {
    use crate::issuer::config::words::{Deserializer, Serialize, Serializer, Word, list, words_of};

    /// Writes the words, if there are any.
    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(crate) fn serialize<T: Word, S: Serializer>(
        list: &Option<Vec<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        list.as_deref().map(|list| words_of(list).collect::<Vec<_>>()).serialize(serializer)
    }

    /// Reads the words.
    pub(crate) fn deserialize<'de, T: Word, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Vec<T>>, D::Error> {
        list::deserialize(deserializer).map(Some)
    }
}
