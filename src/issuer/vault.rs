//! What is secret or random: the key that seals tokens, the keys that sign, and random numbers.

use core::fmt;

use crate::base64url;
use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::codec::digest;
use crate::issuer::config::Config;
use crate::issuer::jose::key_set::KeySet;
use crate::issuer::sealed::random::Random;
use crate::issuer::sealed::sealer::{Seal, Sealer};
use crate::issuer::state::collection::{Collection, FORMAT, NEVER, ONLY};
use crate::issuer::state::journal::Journal;

/// The keys and the random numbers of an issuer. It has only the public halves of the signing keys:
/// the driver keeps the private ones.
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct Vault {
    pub(crate) keys: KeySet,
    pub(crate) sealing_key: SealingKey,
    pub(crate) random: Random,
}

impl Vault {
    /// A vault whose random numbers all follow from `seed`.
    pub(crate) fn new(config: &Config, seed: [u8; 32]) -> Self {
        let mut random = Random::from_seed(seed);
        let sealing_key = SealingKey::new(random.bytes());
        let configured = config.keys.iter().map(|key| key.public_jwk().clone());
        Self { keys: KeySet::new(configured.collect(), config.signing), sealing_key, random }
    }

    /// Seals a content: see [`Sealer`].
    pub(crate) fn seal<T: Seal>(&mut self, content: &T) -> String {
        self.sealing_key.sealer.seal(content, &mut self.random)
    }

    /// Opens what was sealed with the same key.
    pub(crate) fn open<T: Seal>(&self, text: &str) -> Option<T> {
        self.sealing_key.sealer.open(text)
    }

    /// Lets a sealed string count as expired from now on.
    #[cfg(feature = "testing")]
    pub(crate) fn expire(&mut self, text: &str) {
        self.sealing_key.sealer.expire(text);
    }

    /// A number for something of this kind that these parts name. Users, clients and sources are
    /// counted by such numbers. It is a hash with the sealing key, so that nobody can search for
    /// two names with the same number.
    pub(crate) fn number_of(&self, kind: &str, parts: &[&[u8]]) -> u64 {
        let hash = digest::of_parts(self.sealing_key.sealer.key(), kind, parts);
        hash.first_chunk().map_or(0, |head| u64::from_be_bytes(*head))
    }

    /// The number by which the records of a user are counted.
    pub(crate) fn user_number(&self, user_id: &str) -> u64 {
        self.number_of("user", &[user_id.as_bytes()])
    }

    /// What the clients of a sector know a user by (OpenID Connect Core section 8.1). It changes only if the
    /// sealing key does.
    pub(crate) fn pairwise_subject(&self, sector: &str, user_id: &str) -> String {
        let parts = [sector.as_bytes(), user_id.as_bytes()];
        base64url::encode(&digest::of_parts(self.sealing_key.sealer.key(), "subject", &parts))
    }

    /// The number by which the records of a client are counted.
    pub(crate) fn client_number(&self, client: &str) -> u64 {
        self.number_of("client", &[client.as_bytes()])
    }
}

/// The sealing key. It is kept in the one record of its collection.
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct SealingKey {
    sealer: Sealer,
    journal: Journal,
}

impl SealingKey {
    fn new(key: [u8; 32]) -> Self {
        Self { sealer: Sealer::new(key), journal: Journal::default() }
    }

    /// Seals with this key from now on. Returns false if it is the present key.
    pub(crate) fn replace(&mut self, key: [u8; 32]) -> bool {
        let is_other = *self.sealer.key() != key;
        if is_other {
            self.sealer = Sealer::new(key);
            self.journal.note(ONLY);
        }
        is_other
    }
}

impl Collection for SealingKey {
    fn ids(&self) -> Vec<u128> {
        vec![ONLY]
    }

    fn write(&self, _id: u128, writer: &mut Writer) -> Option<i64> {
        writer.u8(FORMAT).raw(self.sealer.key());
        Some(NEVER)
    }

    fn read(&mut self, _id: u128, reader: &mut Reader<'_>) -> Option<()> {
        reader.u8()?;
        self.sealer = Sealer::new(reader.array()?);
        Some(())
    }

    fn journal(&mut self) -> &mut Journal {
        &mut self.journal
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}
