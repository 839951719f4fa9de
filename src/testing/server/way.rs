//! What happens to a response on its way to the client.

use core::time::Duration;

use crate::testing::transport::Transport;

/// The faults of the connection that a response meets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Way {
    /// How much later it begins.
    pub(super) delay: Duration,
    /// Whether the connection ends before it begins.
    pub(super) is_dropped: bool,
    /// After how many octets of the body it ends; none if it does not.
    pub(super) cut_at: Option<usize>,
    /// How long it is between two pieces of the body.
    pub(super) throttle: Duration,
    /// Whether more follows after the body.
    pub(super) is_endless: bool,
}

impl Way {
    /// Reads what the issuer says.
    pub(super) fn of(faults: &[Transport]) -> Self {
        let mut way = Self::default();
        for fault in faults {
            match *fault {
                Transport::Delay { milliseconds } => way.delay = duration(milliseconds),
                Transport::Drop => way.is_dropped = true,
                Transport::Truncate { octets } => {
                    way.cut_at = Some(usize::try_from(octets).unwrap_or(usize::MAX));
                }
                Transport::Throttle { milliseconds } => way.throttle = duration(milliseconds),
                Transport::Endless => way.is_endless = true,
            }
        }
        way
    }
}

fn duration(milliseconds: u32) -> Duration {
    Duration::from_millis(milliseconds.min(Transport::LONGEST).into())
}
