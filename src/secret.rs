//! Text that must stay secret: passwords, codes, verifiers, tokens.

use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// A string that is redacted in `Debug`, compared in constant time and zeroised on drop.
///
/// It has neither `Display` nor `Deref`: the only way to read it is an explicit [`Secret::expose`].
///
/// ```
/// use eiam_token::secret::Secret;
/// let secret = Secret::from("CSexample");
/// assert_eq!(format!("{secret:?}"), "[redacted]");
/// assert_eq!(secret.expose(), "CSexample");
/// ```
#[derive(Clone, Default)]
pub struct Secret(String);

impl Secret {
    /// The text itself. Every use of this method is a place where the secret can leak.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Compares in constant time: the duration depends only on the lengths.
    #[must_use]
    pub fn matches(&self, other: &str) -> bool {
        constant_time_eq(self.0.as_bytes(), other.as_bytes())
    }
}

/// Whether two byte strings are equal. The duration depends only on their lengths.
#[must_use]
pub fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

/// Empties bytes, and overwrites all that was reserved for them with zeros. What `Vec` has for this overwrites byte
/// after byte, and every answer is overwritten.
pub(crate) fn erase(bytes: &mut Vec<u8>) {
    bytes.clear();
    bytes.spare_capacity_mut().zeroize();
}

/// The same for text.
pub(crate) fn erase_text(text: &mut String) {
    erase(&mut core::mem::take(text).into_bytes());
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.matches(&other.0)
    }
}

impl Eq for Secret {}

impl core::fmt::Debug for Secret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        erase_text(&mut self.0);
    }
}
