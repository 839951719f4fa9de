//! Does what a verification says until there is a result.

use core::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::resource::{AccessToken, Call, Failure, Needs, Refusal, ResourceServer, Step};

use super::backend::Backend;
use super::gate::Gate;

/// What all requests share.
pub(super) struct Driver<B> {
    server: Mutex<ResourceServer>,
    /// One for each issuer.
    gates: Vec<Gate>,
    backend: B,
}

/// Why a request is not let through.
pub(super) enum Stop {
    Refused(Refusal),
    Unavailable(Arc<dyn Error + Send + Sync>),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            other => Self::Unavailable(Arc::new(other)),
        }
    }
}

/// The backend failed.
fn unavailable(error: impl Into<Box<dyn Error + Send + Sync>>) -> Stop {
    Stop::Unavailable(Arc::from(error.into()))
}

impl<B: Backend> Driver<B> {
    pub(super) fn new(server: ResourceServer, backend: B) -> Self {
        let gates = server.issuers.iter().map(|_| Gate::default()).collect();
        Self { server: Mutex::new(server), gates, backend }
    }

    /// Verifies the token of a request.
    pub(super) async fn verify(&self, call: &Call, needs: &Needs) -> Result<AccessToken, Stop> {
        let mut verification = self.server().verify(call, needs, self.backend.now())?;
        let mut has_waited = false;
        let mut now = self.backend.now();
        loop {
            // No lock is held while something is sent or verified.
            let step = verification.step(&mut self.server(), now)?;
            let request = match step {
                Step::Done(token) => return Ok(*token),
                Step::Verify(check) => {
                    verification.verified(self.backend.is_genuine(check.key(), check.signature()));
                    continue;
                }
                Step::Remember(proof) => {
                    let is_new = self.backend.remember(proof).await.map_err(unavailable)?;
                    verification.remembered(is_new);
                    continue;
                }
                Step::Send(request) => request,
            };
            let gate = verification.asks_for_all().and_then(|issuer| self.gates.get(issuer));
            let _turn = match gate.filter(|_| !has_waited) {
                None => None,
                Some(gate) => match gate.enter().await {
                    Some(turn) => Some(turn),
                    // Once: an issuer that does not answer keeps nobody waiting in a row.
                    None => {
                        has_waited = true;
                        now = self.backend.now();
                        continue;
                    }
                },
            };
            let response = self.backend.send(request).await;
            let response = response.map_err(unavailable)?;
            now = self.backend.now();
            verification.answered(&mut self.server(), &response, now)?;
        }
    }

    fn server(&self) -> MutexGuard<'_, ResourceServer> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
