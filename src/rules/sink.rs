//! Where the rules write: a `Vec` in native code, and static memory in WebAssembly.

/// A text to whose end octets are added.
pub(crate) trait Sink {
    /// Adds an octet.
    fn push(&mut self, octet: u8);

    /// The octets from the place `start` on; empty if some of them had no room.
    fn since(&self, start: usize) -> &[u8];

    /// How many octets were added, including those that had no room.
    fn length(&self) -> usize;

    /// Removes the octets from the place `start` on.
    fn cut(&mut self, start: usize);

    /// Adds several octets.
    #[inline(never)]
    fn extend(&mut self, octets: &[u8]) {
        for octet in octets {
            self.push(*octet);
        }
    }

    /// Adds a number in decimal digits.
    fn decimal(&mut self, number: usize) {
        if number > 9 {
            self.decimal(number / 10);
        }
        self.push(b'0' + (number % 10) as u8);
    }
}

impl Sink for Vec<u8> {
    fn push(&mut self, octet: u8) {
        Vec::push(self, octet);
    }

    fn since(&self, start: usize) -> &[u8] {
        self.get(start..).unwrap_or_default()
    }

    fn length(&self) -> usize {
        self.len()
    }

    fn cut(&mut self, start: usize) {
        self.truncate(start);
    }
}

/// A sink in memory that cannot grow. Octets that have no room in it are counted and lost. Octets that are
/// removed are wiped.
pub(crate) struct Room<'a> {
    octets: &'a mut [u8],
    length: usize,
}

impl<'a> Room<'a> {
    /// An empty sink in this memory.
    pub(crate) fn new(octets: &'a mut [u8]) -> Self {
        Self { octets, length: 0 }
    }
}

impl Sink for Room<'_> {
    #[inline(never)]
    fn push(&mut self, octet: u8) {
        if let Some(place) = self.octets.get_mut(self.length) {
            *place = octet;
        }
        self.length += 1;
    }

    fn since(&self, start: usize) -> &[u8] {
        self.octets.get(start..self.length).unwrap_or_default()
    }

    fn length(&self) -> usize {
        self.length
    }

    fn cut(&mut self, start: usize) {
        let end = self.length.min(self.octets.len());
        self.octets.get_mut(start..end).unwrap_or_default().fill(0);
        self.length = start;
    }
}
