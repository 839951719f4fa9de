//! Why an issuer does not start.

use core::fmt;
use core::net::SocketAddr;
use std::io;

use crate::issuer::ConfigError;
use crate::random;

/// Why an issuer does not start, and what to do about it.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The configuration is not valid.
    Config(ConfigError),
    /// Nobody can listen there.
    Listen(SocketAddr, io::Error),
    /// The system has no thread for the server.
    Thread(io::Error),
    /// The system has no random numbers. With a [`Seed`](crate::testing::Seed) none are needed.
    Randomness(random::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => write!(f, "the configuration is not valid: {error}"),
            Self::Listen(address, error) => {
                write!(f, "cannot listen on {address}: {error}; port 0 stands for a free one")
            }
            Self::Thread(error) => write!(f, "the server has no thread: {error}"),
            Self::Randomness(error) => write!(f, "there are no random numbers: {error}"),
        }
    }
}

impl core::error::Error for StartError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Config(error) => Some(error),
            Self::Listen(_, error) | Self::Thread(error) => Some(error),
            Self::Randomness(error) => Some(error),
        }
    }
}

impl From<ConfigError> for StartError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl From<random::Error> for StartError {
    fn from(error: random::Error) -> Self {
        Self::Randomness(error)
    }
}
