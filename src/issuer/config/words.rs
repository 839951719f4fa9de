//! Keys whose value is one word of a list, and how the list is read and written. A word that is not
//! known is never shown: it may be a secret in a wrong place.

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use crate::issuer::jose::algorithm::SigningAlgorithm;
use crate::issuer::profile::Profile;
use crate::pkce::Method;

/// What a configuration names by a word.
pub(crate) trait Word: Copy + 'static {
    /// All that there are.
    const ALL: &'static [Self];

    /// Its word.
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

/// The words of all that there are.
pub(super) fn all<T: Word>() -> Vec<&'static str> {
    words_of(T::ALL).collect()
}

fn words_of<T: Word>(list: &[T]) -> impl Iterator<Item = &'static str> {
    list.iter().copied().map(Word::word)
}

/// One word, for `#[serde(with)]`.
pub(super) mod one {
    use crate::issuer::config::words::{
        Deserialize, Deserializer, Error, Serialize, Serializer, Word, find, unknown,
    };

    pub(crate) fn serialize<T: Word, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        value.word().serialize(serializer)
    }

    pub(crate) fn deserialize<'de, T: Word, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<T, D::Error> {
        find(&String::deserialize(deserializer)?)
            .ok_or_else(|| D::Error::custom(unknown::<T>("one")))
    }
}

/// Several words, for `#[serde(with)]`.
pub(super) mod list {
    use crate::issuer::config::words::{
        Deserialize, Deserializer, Error, Serializer, Word, find, unknown, words_of,
    };

    pub(crate) fn serialize<T: Word, S: Serializer>(
        list: &[T],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(words_of(list))
    }

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

/// Several words or nothing, for `#[serde(with)]`.
pub(super) mod optional_list {
    use crate::issuer::config::words::{Deserializer, Serialize, Serializer, Word, list, words_of};

    #[expect(clippy::ref_option, reason = "serde calls it so")]
    pub(crate) fn serialize<T: Word, S: Serializer>(
        list: &Option<Vec<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        list.as_deref().map(|list| words_of(list).collect::<Vec<_>>()).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, T: Word, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Vec<T>>, D::Error> {
        list::deserialize(deserializer).map(Some)
    }
}
