//! What the host does to a response on its way: faults that only whoever holds the connection can make.

/// A fault of the connection. The host makes those of a response in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transport {
    /// The response is sent this many milliseconds late.
    Delay {
        /// At most [`Transport::LONGEST`].
        milliseconds: u32,
    },
    /// The connection is closed, and nothing is sent.
    Drop,
    /// The connection is closed after so many octets of the body, although the header fields announce all.
    Truncate {
        /// How many octets are sent.
        octets: u32,
    },
    /// The body is sent in pieces of 64 octets, with so many milliseconds between two of them.
    Throttle {
        /// At most [`Transport::LONGEST`].
        milliseconds: u32,
    },
    /// After the body more octets follow, until the client closes the connection or 64 MiB were sent.
    Endless,
}

impl Transport {
    /// The longest time that one fault may ask for, in milliseconds: ten minutes.
    pub const LONGEST: u32 = 600_000;

    /// Its name, as a fault is called in JSON and in JavaScript.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Delay { .. } => "delay",
            Self::Drop => "drop",
            Self::Truncate { .. } => "truncate",
            Self::Throttle { .. } => "throttle",
            Self::Endless => "endless",
        }
    }

    /// Its number: milliseconds or octets; 0 for a fault without one.
    #[must_use]
    pub fn number(self) -> u32 {
        match self {
            Self::Delay { milliseconds } | Self::Throttle { milliseconds } => milliseconds,
            Self::Truncate { octets } => octets,
            Self::Drop | Self::Endless => 0,
        }
    }
}
