//! Sealed strings. Their content is encrypted and authenticated with the issuer's key, so the
//! holder can neither read nor change it, and the store needs no record of it.
//!
//! A sealed string is a prefix and, in base58, the nonce, ciphertext and tag of XChaCha20-Poly1305.
//! The prefix is associated data, so a refresh token is never accepted as an access token.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};

use crate::issuer::codec::base58;
use crate::issuer::codec::bytes::{Reader, Writer};
use crate::issuer::sealed::random::Random;

/// A content that can be sealed.
pub(crate) trait Seal: Sized {
    /// What the sealed string begins with.
    const PREFIX: &'static str;

    /// Writes the content.
    fn write(&self, writer: &mut Writer);

    /// Reads the content.
    fn read(reader: &mut Reader<'_>) -> Option<Self>;

    /// Lets the content expire before its time, if it ever does.
    #[cfg(feature = "testing")]
    fn expire(&mut self) {}
}

/// Seals and opens with one key.
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct Sealer {
    key: [u8; 32],
    cipher: XChaCha20Poly1305,
    /// The hashes of those sealed strings that count as expired.
    #[cfg(feature = "testing")]
    expired: std::collections::HashSet<[u8; 32]>,
}

impl Sealer {
    /// Seals with this key.
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self {
            key,
            cipher: XChaCha20Poly1305::new(&key.into()),
            #[cfg(feature = "testing")]
            expired: std::collections::HashSet::default(),
        }
    }

    /// Lets a sealed string count as expired from now on.
    #[cfg(feature = "testing")]
    pub(crate) fn expire(&mut self, text: &str) {
        self.expired.insert(hash(text));
    }

    /// The key, for a snapshot.
    pub(crate) fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// Seals a content.
    pub(crate) fn seal<T: Seal>(&self, content: &T, random: &mut Random) -> String {
        let mut writer = Writer::with_capacity(USUAL);
        writer.u8(VERSION);
        content.write(&mut writer);
        self.encrypt(T::PREFIX, &writer.finish(), random)
    }

    /// Opens what was sealed with the same key; `None` for anything else.
    pub(crate) fn open<T: Seal>(&self, text: &str) -> Option<T> {
        let content = self.decrypt(T::PREFIX, text)?;
        let mut reader = Reader::new(&content);
        if reader.u8()? != VERSION {
            return None;
        }
        let content = T::read(&mut reader)?;
        #[cfg(feature = "testing")]
        let content = match self.expired.contains(&hash(text)) {
            true => expired(content),
            false => content,
        };
        reader.is_empty().then_some(content)
    }

    /// It is not inlined, because then the wasm module would have a copy of it for each kind.
    #[inline(never)]
    fn encrypt(&self, prefix: &str, content: &[u8], random: &mut Random) -> String {
        let nonce = random.bytes::<NONCE>();
        let payload = Payload { msg: content, aad: prefix.as_bytes() };
        // Encryption fails only for messages of 256 GiB. An empty string cannot be opened.
        let Ok(ciphertext) = self.cipher.encrypt(&nonce.into(), payload) else {
            return String::new();
        };
        let mut sealed = Vec::with_capacity(NONCE + ciphertext.len());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        let mut text = prefix.to_owned();
        base58::encode_into(&sealed, &mut text);
        text
    }

    #[inline(never)]
    fn decrypt(&self, prefix: &str, text: &str) -> Option<Vec<u8>> {
        let sealed = base58::decode(text.strip_prefix(prefix)?)?;
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: ciphertext, aad: prefix.as_bytes() };
        self.cipher.decrypt(&(*nonce).into(), payload).ok()
    }
}

impl core::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Drop for Sealer {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.key);
    }
}

#[cfg(feature = "testing")]
fn hash(text: &str) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(text).into()
}

#[cfg(feature = "testing")]
fn expired<T: Seal>(mut content: T) -> T {
    content.expire();
    content
}

const NONCE: usize = 24;

/// How many bytes are set aside for a content: most are shorter.
const USUAL: usize = 256;

/// The version of the contents; a change of any of them raises it.
const VERSION: u8 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct A(String);
    #[derive(Debug)]
    struct B;

    impl Seal for A {
        const PREFIX: &'static str = "AT";
        fn write(&self, writer: &mut Writer) {
            writer.str(&self.0);
        }
        fn read(reader: &mut Reader<'_>) -> Option<Self> {
            reader.string().map(A)
        }
    }

    impl Seal for B {
        const PREFIX: &'static str = "RT";
        fn write(&self, _writer: &mut Writer) {}
        fn read(_reader: &mut Reader<'_>) -> Option<Self> {
            Some(Self)
        }
    }

    #[test]
    fn only_the_untouched_string_of_the_same_key_and_kind_opens() {
        let mut random = Random::from_seed([1; 32]);
        let sealer = Sealer::new([2; 32]);
        let text = sealer.seal(&A("content".into()), &mut random);
        assert!(text.starts_with("AT"));
        assert_eq!(sealer.open(&text), Some(A("content".into())));
        assert_ne!(text, sealer.seal(&A("content".into()), &mut random));

        assert_eq!(Sealer::new([3; 32]).open::<A>(&text), None);
        assert!(sealer.open::<B>(&text).is_none());
        assert!(sealer.open::<B>(&text.replacen("AT", "RT", 1)).is_none());
        for index in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[index] = if changed[index] == b'2' { b'3' } else { b'2' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(sealer.open::<A>(&changed), None, "{index}");
            assert_eq!(sealer.open::<A>(&text[..index]), None, "{index}");
        }
        assert_eq!(sealer.open::<A>(&format!("{text}2")), None);
    }
}
