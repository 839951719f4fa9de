//! Sends once what many requests need at the same time.

use core::future::poll_fn;
use core::task::{Poll, Waker};
use std::sync::{Mutex, PoisonError};

/// Lets one in at a time. Who comes meanwhile waits until that one is out, and is not let in: it looks first whether what
/// it needs is there now.
#[derive(Debug, Default)]
pub(super) struct Gate(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    is_taken: bool,
    /// How often somebody went out.
    round: u64,
    waiting: Vec<Waker>,
}

/// Who was let in. It goes out when this is dropped, as when its request is given up.
#[derive(Debug)]
pub(super) struct Turn<'a>(&'a Gate);

impl Gate {
    /// Enters; `None` after having waited for another.
    pub(super) async fn enter(&self) -> Option<Turn<'_>> {
        let mut waits_since = None;
        poll_fn(|context| {
            let mut state = self.state();
            match waits_since {
                Some(round) if round != state.round => return Poll::Ready(None),
                None if !state.is_taken => {
                    state.is_taken = true;
                    return Poll::Ready(Some(Turn(self)));
                }
                _ => waits_since = Some(state.round),
            }
            if !state.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                state.waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let waiting = {
            let mut state = self.0.state();
            state.is_taken = false;
            state.round = state.round.wrapping_add(1);
            core::mem::take(&mut state.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }
}
