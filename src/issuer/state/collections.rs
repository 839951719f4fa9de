//! The list of all stored collections.

use crate::issuer::directory::Directory;
use crate::issuer::state::collection::Collection;
use crate::issuer::state::store::Store;
use crate::issuer::vault::Vault;

/// A collection in the list.
pub(crate) struct Listed<C> {
    /// The first character in the keys of its records.
    pub(crate) letter: u8,
    /// Whether it matters in which order its records were added.
    pub(crate) is_aged: bool,
    /// The collection.
    pub(crate) collection: C,
}

/// Makes [`all`] and [`all_mut`] from one list. Its order is the order in which records are read
/// back.
macro_rules! collections {
    (($directory:ident, $vault:ident, $store:ident) $($letter:literal $order:ident $part:ident . $field:ident $(. $more:ident)*;)*) => {
        /// The letters of all collections.
        pub(crate) const LETTERS: [u8; COUNT] = [$($letter),*];

        const COUNT: usize = [$($letter),*].len();

        /// All collections, for reading.
        pub(crate) fn all<'a>(
            $directory: &'a Directory,
            $vault: &'a Vault,
            $store: &'a Store,
        ) -> [Listed<&'a dyn Collection>; COUNT] {
            [$(Listed {
                letter: $letter,
                is_aged: $order == Order::ByAge,
                collection: &$part.$field$(.$more)*,
            }),*]
        }

        /// All collections, for changing.
        pub(crate) fn all_mut<'a>(
            $directory: &'a mut Directory,
            $vault: &'a mut Vault,
            $store: &'a mut Store,
        ) -> [Listed<&'a mut dyn Collection>; COUNT] {
            [$(Listed {
                letter: $letter,
                is_aged: $order == Order::ByAge,
                collection: &mut $part.$field$(.$more)*,
            }),*]
        }
    };
}

/// In which order the records of a collection are read back.
#[derive(PartialEq)]
enum Order {
    ById,
    ByAge,
}

const BY_ID: Order = Order::ById;
const BY_AGE: Order = Order::ByAge;

collections! {
    (directory, vault, store)
    b'k' BY_ID vault.sealing_key;
    b'j' BY_ID vault.keys;
    b'e' BY_ID store.epochs;
    b'a' BY_ID directory.application_edits;
    b'u' BY_ID directory.user_edits;
    b'n' BY_AGE directory.registered;
    b'g' BY_ID store.grants;
    b'r' BY_ID store.revoked;
    b'i' BY_ID store.used;
    b's' BY_AGE store.sessions;
    b'h' BY_ID store.host_session;
    b'd' BY_AGE store.devices;
    b'p' BY_AGE store.pushed;
    b'w' BY_AGE store.passwords.counters;
    b'c' BY_AGE store.user_codes.counters;
}
