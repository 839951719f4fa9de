//! How a request goes through the issuer of a test, and the time on its way.

use crate::http::{HttpRequest, HttpResponse};
use crate::issuer::wire::asked::Asked;
use crate::issuer::{
    AccessTokenInfo, ClaimsAnswer, ClaimsContext, ClaimsSource, DocumentRequest, Fetcher, Issuer,
    LogoutNotice, Reply, SignatureCheck, SignatureCount, Signer, SigningInput, Verifier,
};
use crate::testing::control;
use crate::testing::controlled::Controlled;
use crate::testing::facts::Facts;
use crate::testing::hostile::{self, Case, Seen};
use crate::testing::journal::why::Presented;
use crate::testing::journal::{Decision, Entry};
use crate::testing::mark::mark;
use crate::testing::script::{self, Fault};
use crate::testing::transport::Transport;

/// A request that is decided, and its reply, which may still have to be signed: see [`Controlled::finish`].
#[derive(Debug)]
pub struct Handled {
    reply: Reply,
    facts: Facts,
    at: i64,
    /// None for a control request, which is no part of what is tested.
    way: Option<Way>,
}

/// What happens to a response after it was decided.
#[derive(Debug)]
struct Way {
    entry: Entry,
    /// What the test does to it.
    fault: Option<Fault>,
    /// How the issuer misbehaves.
    cases: Vec<&'static Case>,
}

impl Handled {
    /// What has to be signed next: see [`Reply::signing_input`].
    #[must_use]
    pub fn signing_input(&self, signatures: &[Vec<u8>]) -> Option<SigningInput<'_>> {
        self.reply.signing_input(signatures)
    }

    /// What the request is about.
    #[must_use]
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// When it was decided, by the time that the issuer saw, in Unix seconds.
    #[must_use]
    pub fn at(&self) -> i64 {
        self.at
    }
}

/// The response to a request, and what happens to it on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answered {
    /// The response.
    pub response: HttpResponse,
    /// What the host does to it; mostly nothing.
    pub transport: Vec<Transport>,
}

impl Controlled {
    /// Decides a request: see [`Issuer::handle`].
    pub fn handle(&mut self, request: &HttpRequest, host: i64) -> Handled {
        self.handle_verified(request, &[], host)
    }

    /// Decides a request whose signatures are verified: see [`Issuer::handle_verified`].
    pub fn handle_verified(
        &mut self,
        request: &HttpRequest,
        verified: &[SignatureCheck],
        host: i64,
    ) -> Handled {
        // Nobody is asked, so there are no questions.
        self.go(request, verified, Asked::Nobody, host).unwrap_or_else(|_| Handled {
            reply: HttpResponse::new(500, Vec::new()).into(),
            facts: Facts::default(),
            at: self.time(host),
            way: None,
        })
    }

    /// Decides a request, and asks the host about claims before: see [`Issuer::handle_asking`].
    ///
    /// # Errors
    /// What the host is asked.
    pub fn handle_asking(
        &mut self,
        request: &HttpRequest,
        verified: &[SignatureCheck],
        answers: &[ClaimsAnswer],
        host: i64,
    ) -> Result<Handled, Vec<ClaimsContext>> {
        self.go(request, verified, Asked::Host(answers), host)
    }

    /// The way of every request, until it is signed.
    fn go(
        &mut self,
        request: &HttpRequest,
        verified: &[SignatureCheck],
        asked: Asked<'_>,
        host: i64,
    ) -> Result<Handled, Vec<ClaimsContext>> {
        let at = self.time(host);
        if let Some(reply) = control::answer(self, request, asked, host) {
            return Ok(Handled { reply: reply?, facts: Facts::default(), at, way: None });
        }
        let facts = Facts::of(self, request, at);
        let mut entry = Entry::of(&facts, request, at);
        // If the host is asked first, the same request comes again, and counts once.
        let before = self.script().clone();
        let fault = self.script_mut().take(&facts);
        let answer = fault.as_ref().and_then(|fault| fault.answer.as_ref());
        let mut cases = Vec::new();
        let reply = if let Some(answer) = answer {
            script::reply(self, request, answer, at)
        } else {
            if let Some(username) = fault.as_ref().and_then(|fault| fault.approve.as_deref()) {
                script::approve_device(self, request, username, at);
            }
            let decided = Issuer::step(self, request, verified, asked, at);
            let mut reply = decided.inspect_err(|_| *self.script_mut() = before)?;
            entry.decided(reply.refused());
            let presented = Presented { issuer: self, request, verified, now: at };
            entry.because = presented.why(reply.refused());
            let key = self.signing_key().cloned();
            let seen = Seen { endpoint: facts.endpoint, now: at, key: key.as_ref() };
            cases = self.hostile_mut().begin(&mut reply, &seen);
            reply
        };
        entry.changes.extend(fault.as_ref().map(Fault::label));
        entry.changes.extend(cases.iter().map(|case| format!("hostile: {}", case.name)));
        let way = Some(Way { entry, fault, cases });
        Ok(Handled { reply, facts, at, way })
    }

    /// Whether the reply to a request may depend on a key that signs while there is none yet: see
    /// [`Issuer::needs_signing_key`].
    #[must_use]
    pub fn needs_signing_key(&self, request: &HttpRequest) -> bool {
        let has_all = self.signing_key().is_some() && self.missing_resource_algorithms().is_empty();
        (!has_all && control::may_sign(self, request)) || Issuer::needs_signing_key(self, request)
    }

    /// Fills in the signatures: see [`Reply::complete`].
    ///
    /// # Errors
    /// Fails if there are not as many signatures as needed.
    pub fn finish(
        &mut self,
        handled: Handled,
        signatures: &[Vec<u8>],
    ) -> Result<Answered, SignatureCount> {
        let Handled { reply, way, .. } = handled;
        let mut response = reply.complete(signatures)?;
        let Some(Way { mut entry, fault, cases }) = way else {
            if self.access().is_exposed() {
                mark(&mut response);
            }
            return Ok(Answered { response, transport: Vec::new() });
        };
        entry.explain(&mut response);
        // What the test answers itself is not of the issuer.
        if self.access().is_exposed() && entry.decision != Decision::Scripted {
            mark(&mut response);
        }
        let mut transport = hostile::finish(&cases, &mut response, self.signing_key());
        if let Some(fault) = fault {
            fault.change.apply(&mut response);
            transport.extend(fault.transport);
        }
        entry.answered(&response);
        self.journal_mut().add(entry);
        Ok(Answered { response, transport })
    }

    /// Verifies, decides and signs a request: see
    /// [`respond_verified`](crate::issuer::respond_verified).
    ///
    /// # Errors
    /// Those of the signer.
    pub fn respond<S: Signer>(
        &mut self,
        signer: &S,
        verifier: &impl Verifier,
        request: &HttpRequest,
        host: i64,
    ) -> Result<Answered, S::Error> {
        let genuine = self.prepare(signer, verifier, request);
        let handled = self.handle_verified(request, &genuine, host);
        self.sign(signer, handled)
    }

    /// Does the same, and asks for claims before: see [`respond_asking`](crate::issuer::respond_asking).
    ///
    /// # Errors
    /// Those of the signer.
    pub fn respond_asking<S: Signer>(
        &mut self,
        signer: &S,
        verifier: &impl Verifier,
        source: &(impl ClaimsSource + ?Sized),
        request: &HttpRequest,
        host: i64,
    ) -> Result<Answered, S::Error> {
        let genuine = self.prepare(signer, verifier, request);
        let mut answers = Vec::new();
        loop {
            match self.handle_asking(request, &genuine, &answers, host) {
                Ok(handled) => return self.sign(signer, handled),
                // There are only so many questions.
                Err(questions) => answers.extend(questions.into_iter().map(|context| {
                    let claims = source.claims(&context);
                    ClaimsAnswer::new(context, claims)
                })),
            }
        }
    }

    /// Tells the issuer the keys that sign, and says which signatures of a request are genuine.
    fn prepare<S: Signer>(
        &mut self,
        signer: &S,
        verifier: &impl Verifier,
        request: &HttpRequest,
    ) -> Vec<SignatureCheck> {
        if self.signing_key().is_none() {
            self.set_signing_key(signer.public_jwk());
        }
        for key in signer.resource_jwks() {
            if self.missing_resource_algorithms().contains(&key.algorithm()) {
                self.add_resource_key(key);
            }
        }
        let mut genuine = self.signatures(request);
        genuine.retain(|check| verifier.verify(check));
        genuine
    }

    /// Signs what was decided.
    fn sign<S: Signer>(&mut self, signer: &S, handled: Handled) -> Result<Answered, S::Error> {
        let mut signatures = Vec::new();
        while let Some(input) = handled.signing_input(&signatures) {
            let signature = signer.sign(input.kid, input.text.as_bytes())?;
            signatures.push(signature);
        }
        // There is one signature for each input, which is all that is required.
        Ok(self.finish(handled, &signatures).unwrap_or_else(|_| Answered {
            response: HttpResponse::new(500, Vec::new()),
            transport: Vec::new(),
        }))
    }

    /// See [`Issuer::needed_document`].
    #[must_use]
    pub fn needed_document(&self, request: &HttpRequest, host: i64) -> Option<DocumentRequest> {
        Issuer::needed_document(self, request, self.time(host))
    }

    /// See [`Issuer::take_document`].
    pub fn take_document(
        &mut self,
        request: &HttpRequest,
        document: &DocumentRequest,
        response: Result<&HttpResponse, &str>,
        host: i64,
    ) -> bool {
        let now = self.time(host);
        Issuer::take_document(self, request, document, response, now)
    }

    /// See [`Issuer::fetch_documents`].
    pub fn fetch_documents<F: Fetcher>(&mut self, fetcher: &F, request: &HttpRequest, host: i64) {
        let now = self.time(host);
        Issuer::fetch_documents(self, fetcher, request, now);
    }

    /// See [`Issuer::take_logouts`]. Hostile cases about logout tokens happen to them.
    pub fn take_logouts(&mut self, host: i64) -> Vec<LogoutNotice> {
        let now = self.time(host);
        let mut notices = Issuer::take_logouts(self, now);
        let key = self.signing_key().cloned();
        for notice in &mut notices {
            self.hostile_mut().change_notice(notice, now, key.as_ref());
        }
        notices
    }

    /// See [`Issuer::inspect_access_token`].
    #[must_use]
    pub fn inspect_access_token(&self, token: &str, host: i64) -> Option<AccessTokenInfo> {
        self.inspect_verified(token, &[], host)
    }

    /// See [`Issuer::inspect_verified`].
    #[must_use]
    pub fn inspect_verified(
        &self,
        token: &str,
        verified: &[SignatureCheck],
        host: i64,
    ) -> Option<AccessTokenInfo> {
        Issuer::inspect_verified(self, token, verified, self.time(host))
    }

    /// See [`Issuer::sweep`]. What it returns is the host's time; none if the clock stands still.
    pub fn sweep(&mut self, host: i64) -> Option<i64> {
        let now = self.time(host);
        let due = Issuer::sweep(self, now)?;
        self.clock().host_time(due)
    }
}
