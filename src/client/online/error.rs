//! Why something did not work over the network.

use core::fmt;

use crate::client::Error;
use crate::random;

/// Why something did not work over the network. What it shows contains no secret, no token and no URL with a query.
#[derive(Debug)]
#[non_exhaustive]
pub enum OnlineError {
    /// The server refused, or said something that is not valid; or the request cannot be made.
    Protocol(Error),
    /// No response came.
    Network(reqwest::Error),
    /// The response has more than so many octets.
    TooLarge(usize),
    /// The system has no random numbers.
    Randomness(random::Error),
    /// The user refused to let the device in.
    Denied,
    /// Nobody typed the code of the device in time: begin again.
    Expired,
}

impl fmt::Display for OnlineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protocol(error) => error.fmt(f),
            Self::Network(error) => write!(f, "no response came: {error}"),
            Self::TooLarge(most) => write!(f, "the response has more than {most} octets"),
            Self::Randomness(error) => write!(f, "there are no random numbers: {error}"),
            Self::Denied => f.write_str("the user refused to let the device in"),
            Self::Expired => f.write_str("nobody typed the device's code in time: begin again"),
        }
    }
}

impl core::error::Error for OnlineError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Protocol(error) => Some(error),
            Self::Network(error) => Some(error),
            Self::Randomness(error) => Some(error),
            Self::TooLarge(_) | Self::Denied | Self::Expired => None,
        }
    }
}

impl From<Error> for OnlineError {
    fn from(error: Error) -> Self {
        Self::Protocol(error)
    }
}

/// The URL is left out: its query can be a secret.
impl From<reqwest::Error> for OnlineError {
    fn from(error: reqwest::Error) -> Self {
        Self::Network(error.without_url())
    }
}

impl From<random::Error> for OnlineError {
    fn from(error: random::Error) -> Self {
        Self::Randomness(error)
    }
}
