//! A compact binary form for sealed tokens and records. Integers have a fixed width and are
//! big-endian, and each string follows its length.

/// Writes values one after another.
#[derive(Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    /// A writer that has room for so many bytes before it grows.
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// Writes a byte.
    pub(crate) fn u8(&mut self, value: u8) -> &mut Self {
        self.0.push(value);
        self
    }

    /// Writes a number of 4 bytes.
    pub(crate) fn u32(&mut self, value: u32) -> &mut Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    /// Writes a number of 8 bytes.
    pub(crate) fn u64(&mut self, value: u64) -> &mut Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    /// Writes a signed number of 8 bytes.
    pub(crate) fn i64(&mut self, value: i64) -> &mut Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    /// Writes a number of 16 bytes.
    pub(crate) fn u128(&mut self, value: u128) -> &mut Self {
        self.0.extend_from_slice(&value.to_be_bytes());
        self
    }

    /// Writes a byte, 0 or 1.
    pub(crate) fn bool(&mut self, value: bool) -> &mut Self {
        self.u8(u8::from(value))
    }

    /// Writes a text after its length.
    pub(crate) fn str(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    /// Writes bytes after their length, which takes one byte up to 254 and five bytes above.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        match u8::try_from(bytes.len()) {
            Ok(length) if length < u8::MAX => self.u8(length),
            _ => self.u8(u8::MAX).u32(u32::try_from(bytes.len()).unwrap_or(u32::MAX)),
        };
        self.raw(bytes)
    }

    /// Writes whether there is a text, and the text.
    pub(crate) fn optional_str(&mut self, text: Option<&str>) -> &mut Self {
        self.bool(text.is_some());
        if let Some(text) = text {
            self.str(text);
        }
        self
    }

    /// Strings behind their count, of which there are 255 at most.
    pub(crate) fn strs(&mut self, texts: &[String]) -> &mut Self {
        let count = u8::try_from(texts.len()).unwrap_or(u8::MAX);
        self.u8(count);
        for text in texts.iter().take(count.into()) {
            self.str(text);
        }
        self
    }

    /// A time, or nothing: all 9 bytes in either case.
    pub(crate) fn optional_i64(&mut self, value: Option<i64>) -> &mut Self {
        self.bool(value.is_some()).i64(value.unwrap_or_default())
    }

    /// Writes whether there is a number, and the number.
    pub(crate) fn optional_u128(&mut self, value: Option<u128>) -> &mut Self {
        self.bool(value.is_some());
        if let Some(value) = value {
            self.u128(value);
        }
        self
    }

    /// Writes bytes without their length.
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// The bytes that were written.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.0
    }
}

/// Reads what [`Writer`] wrote; `None` for anything else.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Reads these bytes from their start.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Reads a byte.
    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// Reads a number of 4 bytes.
    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// Reads a number of 8 bytes.
    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    /// Reads a signed number of 8 bytes.
    pub(crate) fn i64(&mut self) -> Option<i64> {
        self.array().map(i64::from_be_bytes)
    }

    /// Reads a number of 16 bytes.
    pub(crate) fn u128(&mut self) -> Option<u128> {
        self.array().map(u128::from_be_bytes)
    }

    /// Reads a byte that must be 0 or 1.
    pub(crate) fn bool(&mut self) -> Option<bool> {
        match self.u8()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    /// Reads a text after its length.
    pub(crate) fn str(&mut self) -> Option<&'a str> {
        core::str::from_utf8(self.bytes()?).ok()
    }

    /// Reads bytes after their length.
    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = match self.u8()? {
            u8::MAX => usize::try_from(self.u32()?).ok()?,
            length => usize::from(length),
        };
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// Reads a text after its length, as a copy.
    pub(crate) fn string(&mut self) -> Option<String> {
        self.str().map(str::to_owned)
    }

    /// Reads whether there is a text, and the text.
    pub(crate) fn optional_string(&mut self) -> Option<Option<String>> {
        if self.bool()? { self.string().map(Some) } else { Some(None) }
    }

    pub(crate) fn strings(&mut self) -> Option<Vec<String>> {
        let count = self.u8()?;
        (0..count).map(|_| self.string()).collect()
    }

    pub(crate) fn optional_i64(&mut self) -> Option<Option<i64>> {
        let is_some = self.bool()?;
        let value = self.i64()?;
        Some(is_some.then_some(value))
    }

    /// Reads what [`Writer::optional_u128`] wrote.
    pub(crate) fn optional_u128(&mut self) -> Option<Option<u128>> {
        if self.bool()? { self.u128().map(Some) } else { Some(None) }
    }

    /// Reads so many bytes.
    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*head)
    }

    /// Whether everything was read.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let long = "x".repeat(70_000);
        let mut writer = Writer::default();
        writer
            .u8(7)
            .u32(8)
            .u64(9)
            .i64(i64::MIN)
            .u128(u128::MAX)
            .bool(true)
            .str("é")
            .str(&long)
            .str(&"y".repeat(255))
            .optional_str(None)
            .optional_str(Some(""))
            .optional_i64(None)
            .optional_i64(Some(-7))
            .optional_u128(None)
            .optional_u128(Some(7))
            .strs(&[])
            .strs(&["a".to_owned(), String::new()])
            .strs(&vec!["b".to_owned(); 300])
            .raw(&[1, 2]);
        let bytes = writer.finish();
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.u8(), Some(7));
        assert_eq!(reader.u32(), Some(8));
        assert_eq!(reader.u64(), Some(9));
        assert_eq!(reader.i64(), Some(i64::MIN));
        assert_eq!(reader.u128(), Some(u128::MAX));
        assert_eq!(reader.bool(), Some(true));
        assert_eq!(reader.str(), Some("é"));
        assert_eq!(reader.string(), Some(long));
        assert_eq!(reader.str().map(str::len), Some(255));
        assert_eq!(reader.optional_string(), Some(None));
        assert_eq!(reader.optional_string(), Some(Some(String::new())));
        assert_eq!(reader.optional_i64(), Some(None));
        assert_eq!(reader.optional_i64(), Some(Some(-7)));
        assert_eq!(reader.optional_u128(), Some(None));
        assert_eq!(reader.optional_u128(), Some(Some(7)));
        assert_eq!(reader.strings(), Some(Vec::new()));
        assert_eq!(reader.strings(), Some(vec!["a".to_owned(), String::new()]));
        assert_eq!(reader.strings().map(|texts| texts.len()), Some(255));
        assert_eq!(reader.array(), Some([1, 2]));
        assert!(reader.is_empty());
        assert_eq!(reader.u8(), None);
    }

    #[test]
    fn refuses_lengths_beyond_the_end_and_booleans_that_are_none() {
        assert_eq!(Reader::new(&[5, b'a']).str(), None);
        assert_eq!(Reader::new(&[255, 255, 255, 255, 255]).str(), None);
        assert_eq!(Reader::new(&[2]).bool(), None);
        assert_eq!(Reader::new(&[1, 0xff]).str(), None);
    }
}
