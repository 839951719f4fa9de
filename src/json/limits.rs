//! The limits of reading JSON.

/// The limits of reading JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The bytes of the whole text.
    pub bytes: usize,
    /// How deep arrays and objects may be nested.
    pub depth: usize,
    /// The members of one object.
    pub members: usize,
    /// The bytes of one string or name, as written.
    pub string_bytes: usize,
}

impl Default for Limits {
    /// 1 MiB of text, 32 levels, 512 members in an object, 64 KiB in a string.
    fn default() -> Self {
        Self { bytes: 1 << 20, depth: 32, members: 512, string_bytes: 1 << 16 }
    }
}
