//! The nonces that proofs need (RFC 9449 section 9).

use core::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::base64url;
use crate::text;

use super::error::ResourceError;

/// Makes nonces that name their time and are authenticated by a secret, so that none has to be remembered, and servers
/// that share the secret know each other's. `Debug` does not show the secret.
#[derive(Clone)]
pub struct DpopNonces {
    secret: Zeroizing<Vec<u8>>,
    seconds: i64,
}

impl DpopNonces {
    /// Makes nonces by a secret of 32 random octets or more. A nonce counts for so many seconds.
    ///
    /// # Errors
    /// Fails for a shorter secret (`secret`), and if nonces would not count for a second (`seconds`).
    pub fn new(secret: &[u8], seconds: i64) -> Result<Self, ResourceError> {
        if secret.len() < 32 {
            return Err(ResourceError("secret", "expected 32 octets at least"));
        }
        if seconds < 1 {
            return Err(ResourceError("seconds", "expected 1 at least"));
        }
        Ok(Self { secret: Zeroizing::new(secret.to_vec()), seconds })
    }

    /// A nonce that counts from now on; `now` is in Unix seconds.
    #[must_use]
    pub fn make(&self, now: i64) -> String {
        let time = text::signed(now);
        let mac = self.mac(&time).map(|mac| base64url::encode(&mac.finalize().into_bytes()));
        text::concat(&[&time, ".", &mac.unwrap_or_default()])
    }

    /// Whether this nonce counts now.
    #[must_use]
    pub fn accepts(&self, nonce: &str, now: i64) -> bool {
        let Some((time, mac)) = nonce.split_once('.') else { return false };
        let Ok(made) = time.parse::<i64>() else { return false };
        let age = now.saturating_sub(made);
        let Ok(octets) = base64url::decode(mac) else { return false };
        // Its own text is authenticated, so no other way to write the number counts.
        (0..self.seconds).contains(&age)
            && self.mac(time).is_some_and(|mac| mac.verify_slice(&octets).is_ok())
    }

    fn mac(&self, time: &str) -> Option<Hmac<Sha256>> {
        // HMAC takes keys of every length.
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).ok()?;
        mac.update(time.as_bytes());
        Some(mac)
    }
}

impl fmt::Debug for DpopNonces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DpopNonces").field("seconds", &self.seconds).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_9449_section_9_nonces_count_for_a_while_and_are_nobody_elses() {
        let nonces = DpopNonces::new(&[7; 32], 120).unwrap();
        let nonce = nonces.make(1_700_000_000);
        assert!(nonces.accepts(&nonce, 1_700_000_000) && nonces.accepts(&nonce, 1_700_000_119));
        assert!(!nonces.accepts(&nonce, 1_700_000_120) && !nonces.accepts(&nonce, 1_699_999_999));
        assert!(DpopNonces::new(&[7; 32], 60).unwrap().accepts(&nonce, 1_700_000_001));
        assert!(!DpopNonces::new(&[8; 32], 120).unwrap().accepts(&nonce, 1_700_000_001));
        let (time, mac) = nonce.split_once('.').unwrap();
        for forged in [
            format!("1700000001.{mac}"),
            format!("0{nonce}"),
            format!("+{nonce}"),
            format!("{nonce}A"),
            format!("{nonce}."),
            format!("{time}."),
            time.to_owned(),
            String::new(),
            ".".to_owned(),
            format!("99999999999999999999.{mac}"),
        ] {
            assert!(!nonces.accepts(&forged, 1_700_000_001), "{forged}");
        }
        assert!(!format!("{nonces:?}").contains('7'));
    }

    #[test]
    fn a_secret_that_can_be_guessed_is_refused() {
        assert_eq!(DpopNonces::new(&[7; 31], 120).unwrap_err().parameter(), "secret");
        assert_eq!(DpopNonces::new(&[7; 32], 0).unwrap_err().parameter(), "seconds");
    }
}
