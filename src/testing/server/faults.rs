//! Answers that a test writes.

use serde_json::{Map, Value, json};

use super::shared::Shared;
use crate::testing::control_error::ControlError;
use crate::testing::script::{ALWAYS, Change, Fault};

/// The faults of a test, in the order in which they were added. For each request the first that fits is used.
#[derive(Clone, Copy, Debug)]
pub struct Faults<'a> {
    shared: &'a Shared,
}

impl<'a> Faults<'a> {
    pub(super) fn new(shared: &'a Shared) -> Self {
        Self { shared }
    }

    /// Adds a fault, such as one that [`Fault::from_json`] has read, and gives its number.
    ///
    /// # Errors
    /// Fails if there are too many.
    pub fn add(&self, fault: Fault) -> Result<u64, ControlError> {
        let added = self.shared.lock().script_mut().add(fault);
        added.map_err(|problem| ControlError::at("fault", problem))
    }

    /// All of them, those that are used up included.
    #[must_use]
    pub fn list(self) -> Vec<Fault> {
        self.shared.lock().script().faults().to_vec()
    }

    /// Takes away the fault of this number; false if there is none.
    pub fn remove(self, id: u64) -> bool {
        self.shared.lock().script_mut().remove(id)
    }

    /// Takes all away.
    pub fn clear(self) {
        self.shared.lock().script_mut().clear();
    }
}

/// What happens to the next request at an endpoint. The methods that say what happens add it to the issuer's faults and
/// give its number.
///
/// ```
/// # use eiam_token::testing::TestIssuer;
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// # let issuer = TestIssuer::start().await?;
/// issuer.next("token").client("web").fail(503)?;
/// issuer.next("userinfo").times(2).delay(50)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "nothing happens until a method says what"]
pub struct Scripted<'a> {
    shared: &'a Shared,
    /// As [`Fault::from_json`] reads it.
    fault: Map<String, Value>,
}

impl<'a> Scripted<'a> {
    pub(super) fn at(shared: &'a Shared, endpoint: &str) -> Self {
        Self { shared, fault: Map::new() }.and("endpoint", endpoint)
    }

    fn and(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fault.insert(name.to_owned(), value.into());
        self
    }

    fn add(self) -> Result<u64, ControlError> {
        let fault = Fault::from_json(&Value::Object(self.fault));
        Faults::new(self.shared).add(fault.map_err(|problem| ControlError::at("fault", problem))?)
    }

    /// Only token requests with this grant type.
    pub fn grant(self, grant: &str) -> Self {
        self.and("grant", grant)
    }

    /// Only requests of the client with this id.
    pub fn client(self, client_id: &str) -> Self {
        self.and("client", client_id)
    }

    /// Only requests about the user with this id.
    pub fn user(self, user_id: &str) -> Self {
        self.and("user", user_id)
    }

    /// How many requests that fit pass untouched before.
    pub fn after(self, count: u32) -> Self {
        self.and("after", count)
    }

    /// One request that fits, which is the default.
    pub fn once(self) -> Self {
        self.times(1)
    }

    /// As many requests that fit. Default: 1.
    pub fn times(self, count: u32) -> Self {
        self.and("times", count)
    }

    /// Every request that fits, until the fault is taken away.
    pub fn always(self) -> Self {
        self.and("times", ALWAYS)
    }

    /// The issuer is not asked: the answer has this status (400 to 599) and the error that fits best.
    ///
    /// # Errors
    /// Fails if there is no such endpoint or status.
    pub fn fail(self, status: u16) -> Result<u64, ControlError> {
        self.and("fail", status).add()
    }

    /// The issuer is not asked: the answer is this OAuth error code, such as `slow_down`, with its own status.
    ///
    /// # Errors
    /// Fails if there is no such endpoint, or if it is no error code.
    pub fn refuse(self, code: &str) -> Result<u64, ControlError> {
        self.and("fail", code).add()
    }

    /// The answer is the HTML page that a gateway writes with this status.
    ///
    /// # Errors
    /// Fails if there is no such endpoint or status.
    pub fn html(self, status: u16) -> Result<u64, ControlError> {
        self.and("html", status).add()
    }

    /// The answer is the JSON that a gateway writes with this status.
    ///
    /// # Errors
    /// Fails if there is no such endpoint or status.
    pub fn gateway(self, status: u16) -> Result<u64, ControlError> {
        self.and("gateway", status).add()
    }

    /// The device that polls is approved by this user first. With [`Scripted::after`] it is so at a later poll.
    ///
    /// # Errors
    /// Fails if there is no such endpoint.
    pub fn approve(self, username: &str) -> Result<u64, ControlError> {
        self.and("approve", username).add()
    }

    /// The issuer's answer is changed in all these ways at once. For one alone there are [`Scripted::status`],
    /// [`Scripted::merge`], [`Scripted::replace`] and [`Scripted::header`].
    ///
    /// # Errors
    /// Fails if there is no such endpoint, for a change that changes nothing, and as those for one alone.
    pub fn change(mut self, change: Change) -> Result<u64, ControlError> {
        let Change { status, merge, replace, headers } = change;
        let replace = (!replace.is_empty()).then(|| json!(replace));
        let headers: Map<_, _> =
            headers.into_iter().map(|(name, value)| (name, json!(value))).collect();
        let headers = (!headers.is_empty()).then_some(Value::Object(headers));
        let status = status.map(Value::from);
        for (name, value) in
            [("status", status), ("merge", merge), ("replace", replace), ("headers", headers)]
        {
            if let Some(value) = value {
                self = self.and(name, value);
            }
        }
        self.add()
    }

    /// The issuer's answer gets this status.
    ///
    /// # Errors
    /// Fails if there is no such endpoint or status.
    pub fn status(self, status: u16) -> Result<u64, ControlError> {
        self.and("status", status).add()
    }

    /// The JSON of the issuer's answer is changed by a merge patch (RFC 7396).
    ///
    /// # Errors
    /// Fails if there is no such endpoint.
    pub fn merge(self, patch: Value) -> Result<u64, ControlError> {
        self.and("merge", patch).add()
    }

    /// In the issuer's answer each occurrence of a text is replaced.
    ///
    /// # Errors
    /// Fails if there is no such endpoint, and for an empty text.
    pub fn replace(self, text: &str, by: &str) -> Result<u64, ControlError> {
        self.and("replace", json!([[text, by]])).add()
    }

    /// A header field of the issuer's answer gets this value; none takes it away.
    ///
    /// # Errors
    /// Fails if there is no such endpoint, and for what is no header field.
    pub fn header(self, name: &str, value: Option<&str>) -> Result<u64, ControlError> {
        self.and("headers", json!({ name: value })).add()
    }

    /// The answer comes so many milliseconds later.
    ///
    /// # Errors
    /// Fails if there is no such endpoint, and for no time or more than ten minutes.
    pub fn delay(self, milliseconds: u32) -> Result<u64, ControlError> {
        self.and("delay", milliseconds).add()
    }

    /// The connection ends without an answer.
    ///
    /// # Errors
    /// Fails if there is no such endpoint.
    pub fn drop_connection(self) -> Result<u64, ControlError> {
        self.and("drop", true).add()
    }

    /// The connection ends after so many octets of the body.
    ///
    /// # Errors
    /// Fails if there is no such endpoint.
    pub fn truncate(self, octets: u32) -> Result<u64, ControlError> {
        self.and("truncate", octets).add()
    }

    /// The body comes in pieces with so many milliseconds between.
    ///
    /// # Errors
    /// Fails if there is no such endpoint, and for no time or more than ten minutes.
    pub fn throttle(self, milliseconds: u32) -> Result<u64, ControlError> {
        self.and("throttle", milliseconds).add()
    }

    /// After the body more octets follow, until the client has enough or 64 MiB were sent.
    ///
    /// # Errors
    /// Fails if there is no such endpoint.
    pub fn endless(self) -> Result<u64, ControlError> {
        self.and("endless", true).add()
    }
}
