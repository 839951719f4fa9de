//! Which keys are published: the one that signs, and former ones whose signatures have not all
//! expired.

use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::jose::algorithm::SigningAlgorithm;
use crate::issuer::jose::jwk::PublicJwk;
use crate::issuer::state::collection::{Collection, NEVER, ONLY};
use crate::issuer::state::journal::Journal;

/// The public keys of an issuer.
#[derive(Debug)]
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct KeySet {
    signing: Option<PublicJwk>,
    /// The algorithm of the signing key, as long as there is none.
    planned: SigningAlgorithm,
    /// The keys of the configuration, which are always published.
    configured: Vec<PublicJwk>,
    /// Those that sign with other algorithms, for resources.
    others: Vec<PublicJwk>,
    former: Vec<Former>,
    journal: Journal,
}

/// A key that does not sign any more.
#[derive(Debug)]
#[cfg_attr(feature = "testing", derive(Clone))]
struct Former {
    key: PublicJwk,
    /// When all JWTs that it signed have expired; none until the next request says what time it is.
    until: Option<i64>,
}

impl KeySet {
    /// A set without a signing key. The keys `configured` are always published, and `planned` is
    /// the algorithm of the signing key that will be set.
    pub(crate) fn new(configured: Vec<PublicJwk>, planned: SigningAlgorithm) -> Self {
        let journal = Journal::default();
        Self { signing: None, planned, configured, others: Vec::new(), former: Vec::new(), journal }
    }

    /// The signing key; none until a driver sets it.
    pub(crate) fn signing(&self) -> Option<&PublicJwk> {
        self.signing.as_ref()
    }

    /// The key that signs with this algorithm: the one that signs, or one of the configuration's.
    pub(crate) fn signing_with(&self, algorithm: SigningAlgorithm) -> Option<&PublicJwk> {
        let mut keys = self.signing.iter().chain(&self.configured).chain(&self.others);
        keys.find(|key| key.algorithm() == algorithm)
    }

    /// What JWTs are signed with: that of the key, or of the key that is still to come.
    pub(crate) fn algorithm(&self) -> SigningAlgorithm {
        self.signing.as_ref().map_or(self.planned, PublicJwk::algorithm)
    }

    /// Signs with this key from now on. Returns whether a snapshot has to be made again.
    pub(crate) fn set_signing(&mut self, key: PublicJwk) -> bool {
        if self.signing.as_ref() == Some(&key) {
            return false;
        }
        // If the last signing key of a snapshot is set again, nothing has changed.
        let known = self.former.iter().any(|former| former.key == key && former.until.is_none());
        self.former.retain(|former| former.key.kid() != key.kid());
        let replaced = self.signing.replace(key);
        let is_news = replaced.is_some() || !known;
        self.former.extend(replaced.map(|key| Former { key, until: None }));
        if is_news {
            self.journal.note(ONLY);
        }
        is_news
    }

    /// Signs with this key as well, where its algorithm is asked for. Returns whether a snapshot has to be
    /// made again: not if there is a key for that already.
    pub(crate) fn add_other(&mut self, key: PublicJwk) -> bool {
        let is_news = self.signing_with(key.algorithm()).is_none();
        if is_news {
            self.former.retain(|former| former.key.kid() != key.kid());
            self.others.push(key);
            self.journal.note(ONLY);
        }
        is_news
    }

    /// Drops former keys whose time has come, and sets the time of keys that were just replaced.
    /// `longest` is the longest lifetime of a JWT. Returns whether a snapshot has to be made again.
    pub(crate) fn drop_expired(&mut self, now: i64, longest: impl Fn() -> i64) -> bool {
        if self.former.is_empty() {
            return false;
        }
        let before = self.former.len();
        self.former.retain(|former| former.until.is_none_or(|until| until > now));
        let mut changed = false;
        for former in self.former.iter_mut().filter(|former| former.until.is_none()) {
            former.until = Some(now.saturating_add(longest()));
            changed = true;
        }
        if changed || self.former.len() < before {
            self.journal.note(ONLY);
        }
        changed
    }

    /// The keys to publish: the former ones, those that sign, and then the other keys of the
    /// configuration.
    pub(crate) fn published(&self) -> impl Iterator<Item = &PublicJwk> {
        let is_new = |key: &&PublicJwk| self.used().all(|other| other.kid() != key.kid());
        self.used().chain(self.configured.iter().filter(is_new))
    }

    /// The keys that sign or have signed.
    fn used(&self) -> impl Iterator<Item = &PublicJwk> {
        self.former.iter().map(|former| &former.key).chain(&self.others).chain(&self.signing)
    }
}

impl Collection for KeySet {
    fn ids(&self) -> Vec<u128> {
        vec![ONLY]
    }

    fn write(&self, _id: u128, writer: &mut Writer) -> Option<i64> {
        let present = || self.others.iter().chain(&self.signing);
        let count = self.former.len() + present().count();
        writer.u32(u32::try_from(count).unwrap_or(u32::MAX));
        let former = self.former.iter().map(|former| (&former.key, former.until));
        for (key, until) in former.chain(present().map(|key| (key, None))) {
            key.write(writer);
            writer.optional_i64(until);
        }
        Some(NEVER)
    }

    /// The keys of the record that signed become former ones, until a driver sets them again.
    fn read(&mut self, _id: u128, reader: &mut Reader<'_>) -> Option<()> {
        for _ in 0..reader.u32()? {
            let key = PublicJwk::read(reader)?;
            self.former.push(Former { key, until: reader.optional_i64()? });
        }
        Some(())
    }

    fn journal(&mut self) -> &mut Journal {
        &mut self.journal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(x: &str) -> PublicJwk {
        PublicJwk::ed25519(x)
    }

    fn empty() -> KeySet {
        KeySet::new(Vec::new(), SigningAlgorithm::default())
    }

    fn published(keys: &KeySet) -> Vec<&str> {
        keys.published().map(PublicJwk::kid).collect()
    }

    #[test]
    fn a_replaced_key_stays_until_what_it_signed_has_expired() {
        let mut keys = empty();
        assert!(keys.set_signing(key("a")));
        assert!(!keys.set_signing(key("a")));
        assert!(!keys.drop_expired(0, || 100));
        assert!(keys.set_signing(key("b")));
        assert!(keys.drop_expired(10, || 100));
        assert!(!keys.drop_expired(109, || 100));
        assert_eq!(published(&keys), [key("a").kid(), key("b").kid()]);
        keys.drop_expired(110, || 100);
        assert_eq!(published(&keys), [key("b").kid()]);
    }

    #[test]
    fn a_snapshot_keeps_keys_and_times() {
        let mut keys = empty();
        keys.set_signing(key("a"));
        keys.set_signing(key("b"));
        keys.drop_expired(10, || 100);
        let mut writer = Writer::default();
        keys.write(ONLY, &mut writer).unwrap();
        let mut restored = empty();
        restored.read(ONLY, &mut Reader::new(&writer.finish())).unwrap();
        assert_eq!(restored.signing(), None);
        assert!(!restored.set_signing(key("b")), "it signed before");
        assert_eq!(published(&restored), published(&keys));
        restored.drop_expired(110, || 100);
        assert_eq!(published(&restored), [key("b").kid()]);
    }
}
