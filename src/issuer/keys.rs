//! Which keys are published: the one that signs, and those that signed what is still valid.

use super::bytes::{Reader, Writer};
use super::jwk::PublicJwk;
use super::store::Journal;

/// The public keys of an issuer.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    signing: Option<PublicJwk>,
    former: Vec<Former>,
    journal: Journal,
}

/// A key that does not sign any more.
#[derive(Debug)]
struct Former {
    key: PublicJwk,
    /// When nothing that it signed is valid any more; none until the next request says what time it
    /// is.
    until: Option<i64>,
}

impl Keys {
    pub(crate) fn signing(&self) -> Option<&PublicJwk> {
        self.signing.as_ref()
    }

    /// Takes a key to sign from now on. True if a snapshot would say something new.
    pub(crate) fn set_signing(&mut self, key: PublicJwk) -> bool {
        if self.signing.as_ref() == Some(&key) {
            return false;
        }
        // The key of a snapshot that goes on signing is no news.
        let known = self.former.iter().any(|former| former.key == key && former.until.is_none());
        self.former.retain(|former| former.key.kid() != key.kid());
        let replaced = self.signing.replace(key);
        let is_news = replaced.is_some() || !known;
        self.former.extend(replaced.map(|key| Former { key, until: None }));
        if is_news {
            self.journal.note(0);
        }
        is_news
    }

    /// Drops what is due, and gives those that were just replaced their time. True if a snapshot
    /// would say something new.
    pub(crate) fn sweep(&mut self, now: i64, longest: impl Fn() -> i64) -> bool {
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
            self.journal.note(0);
        }
        changed
    }

    /// What is not as it was told last.
    pub(crate) fn journal(&mut self) -> &mut Journal {
        &mut self.journal
    }

    /// All keys to publish, the one that signs last.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &PublicJwk> {
        self.former.iter().map(|former| &former.key).chain(&self.signing)
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        let count = self.former.len() + usize::from(self.signing.is_some());
        writer.u32(u32::try_from(count).unwrap_or(u32::MAX));
        let former = self.former.iter().map(|former| (&former.key, former.until));
        for (key, until) in former.chain(self.signing.iter().map(|key| (key, None))) {
            key.write(writer);
            writer.bool(until.is_some()).i64(until.unwrap_or_default());
        }
    }

    /// Reads what [`Keys::write`] wrote. The key that signed is a former one until its driver sets
    /// it again, which has the private half.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let mut former = Vec::new();
        for _ in 0..reader.u32()? {
            let key = PublicJwk::read(reader)?;
            let has_time = reader.bool()?;
            let until = reader.i64()?;
            former.push(Former { key, until: has_time.then_some(until) });
        }
        Some(Self { signing: None, former, journal: Journal::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(x: &str) -> PublicJwk {
        PublicJwk::ed25519(x)
    }

    fn published(keys: &Keys) -> Vec<&str> {
        keys.iter().map(PublicJwk::kid).collect()
    }

    #[test]
    fn a_replaced_key_stays_until_what_it_signed_has_expired() {
        let mut keys = Keys::default();
        assert!(keys.set_signing(key("a")));
        assert!(!keys.set_signing(key("a")));
        assert!(!keys.sweep(0, || 100));
        assert!(keys.set_signing(key("b")));
        assert!(keys.sweep(10, || 100));
        assert!(!keys.sweep(109, || 100));
        assert_eq!(published(&keys), [key("a").kid(), key("b").kid()]);
        keys.sweep(110, || 100);
        assert_eq!(published(&keys), [key("b").kid()]);
    }

    #[test]
    fn a_snapshot_keeps_keys_and_times() {
        let mut keys = Keys::default();
        keys.set_signing(key("a"));
        keys.set_signing(key("b"));
        keys.sweep(10, || 100);
        let mut writer = Writer::default();
        keys.write(&mut writer);
        let mut restored = Keys::read(&mut Reader::new(&writer.finish())).unwrap();
        assert_eq!(restored.signing(), None);
        assert!(!restored.set_signing(key("b")), "it signed before");
        assert_eq!(published(&restored), published(&keys));
        restored.sweep(110, || 100);
        assert_eq!(published(&restored), [key("b").kid()]);
    }
}
