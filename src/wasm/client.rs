//! The client's exports. They are not the package's public surface: the facade in `pkg/src/client`
//! gives what they do names, types and documentation.
//!
//! A call crosses the boundary with text both ways: fields with U+0000 between them (see [`fields`]),
//! and octets after them where there are any, an answer's body or randomness. One export with fields
//! instead of one with values for each operation is less than half of the module, because
//! wasm-bindgen's conversions would be in each of them anew; and the text is written to where it is
//! read, and read from where it was written, without copies and allocations on the way. Nothing is
//! kept between two calls.

use std::borrow::Cow;
use std::cell::RefCell;

use wasm_bindgen::prelude::*;

use crate::client::address::Safety;
use crate::client::answer::{Field, Member, Received};
use crate::client::assertion::{AssertionParameters, ClientAssertion};
use crate::client::authentication::{ClientIdentity, Method};
use crate::client::authorize::Draft;
use crate::client::device::{self, Decision, Polling};
use crate::client::discovery::{self, WellKnown};
use crate::client::id_token::{self, Expectation};
use crate::client::key_set;
use crate::client::request::{Carrier, Parts, Plan};
use crate::client::server::EndpointRule;
use crate::client::token::{
    self, AuthorizationCode, ClientCredentials, DeviceCode, Lifetimes, Password, RefreshToken,
};
use crate::client::{EiamServer, Error, PlainHttp, Server};
use crate::client::{callback, introspect, logout, revoke, user_info};
use crate::json::{self, Limits};
use crate::pkce::{self, Pkce};
use crate::polling;
use crate::seconds;
use crate::signature::SignatureAlgorithm;

mod fields;
mod operation;

use fields::{Fields, Output};
use operation::Operation;

/// Where the input of the next call is to be written, up to so many octets: fields as UTF-8, and
/// octets behind them.
#[wasm_bindgen]
pub fn input(octets: usize) -> usize {
    with_mailbox(|mailbox| {
        if mailbox.input.len() < octets {
            mailbox.input.resize(octets, 0);
        }
        mailbox.input.as_ptr().addr()
    })
}

/// Does one operation: takes its fields and octets, so many of each, as [`Operation`] says, and gives
/// the length of its results. What comes first in them is the failure's code, empty if there is none.
#[wasm_bindgen]
pub fn run(operation: u8, fields_length: usize, octets_length: usize) -> usize {
    with_mailbox(|mailbox| {
        let (fields, rest) = mailbox.input.split_at_checked(fields_length).unwrap_or_default();
        let octets = rest.get(..octets_length).unwrap_or_default();
        let fields = core::str::from_utf8(fields).unwrap_or_default();
        let mut output = Output::new(fields.len() + octets.len() + 64);
        let mut call = Call { fields: Fields::new(fields), octets, output: &mut output };
        let done =
            Operation::from_number(operation).map_or(Ok(()), |operation| call.run(operation));
        mailbox.output = match done {
            Ok(()) => output.finish(),
            Err(error) => Output::failure(&error),
        };
        // It may hold secrets.
        let used = fields_length.saturating_add(octets_length).min(mailbox.input.len());
        mailbox.input.get_mut(..used).unwrap_or_default().fill(0);
        if mailbox.input.len() > KEPT {
            mailbox.input = Vec::new();
        }
        mailbox.output.len()
    })
}

/// Where the results of the last call are, UTF-8, until the next.
#[wasm_bindgen]
pub fn output() -> usize {
    with_mailbox(|mailbox| mailbox.output.as_ptr().addr())
}

/// What crosses the boundary.
struct Mailbox {
    input: Vec<u8>,
    output: String,
}

/// The octets of input that stay allocated between calls.
const KEPT: usize = 16 * 1024;

thread_local! {
    static MAILBOX: RefCell<Mailbox> =
        const { RefCell::new(Mailbox { input: Vec::new(), output: String::new() }) };
}

/// JavaScript calls one export after the other, so the mailbox is free; it is wasm's only thread.
fn with_mailbox<T: Default>(use_it: impl FnOnce(&mut Mailbox) -> T) -> T {
    MAILBOX
        .with(|mailbox| mailbox.try_borrow_mut().map(|mut mailbox| use_it(&mut mailbox)))
        .unwrap_or_default()
}

/// An operation under way; its methods are called in the order of its fields.
struct Call<'a> {
    fields: Fields<'a>,
    octets: &'a [u8],
    output: &'a mut Output,
}

impl<'a> Call<'a> {
    fn run(&mut self, operation: Operation) -> Result<(), Error> {
        match operation {
            Operation::GeneratePkce => self.generate_pkce(),
            Operation::CodeChallenge => self.code_challenge(),
            Operation::ParseSeconds => self.parse_seconds(),
            Operation::EiamServer => self.eiam_server(),
            Operation::CheckClient => self.check_client(),
            Operation::DiscoveryRequest => self.discovery_request(),
            Operation::ParseDiscovery => self.parse_discovery(),
            Operation::AuthorizationRequest => self.authorization_request(),
            Operation::ParseCallback => self.parse_callback(),
            Operation::AuthorizationCode => self.request(&token::plan::<AuthorizationCode>()),
            Operation::DeviceCode => self.request(&token::plan::<DeviceCode>()),
            Operation::RefreshToken => self.request(&token::plan::<RefreshToken>()),
            Operation::ClientCredentials => self.request(&token::plan::<ClientCredentials>()),
            Operation::Password => self.request(&token::plan::<Password>()),
            Operation::ParseTokens => self.parse_tokens(),
            Operation::DeviceAuthorization => self.request(&device::AUTHORIZATION),
            Operation::ParseDeviceAuthorization => self.parse_device_authorization(),
            Operation::ParseDevicePoll => self.parse_device_poll(),
            Operation::DeviceUnreachable => self.device_unreachable(),
            Operation::UserInfoRequest => self.request(&user_info::REQUEST),
            Operation::ParseUserInfo => self.parse_user_info(),
            Operation::RevocationRequest => self.request(&revoke::REQUEST),
            Operation::ParseRevocation => self.received().refused(),
            Operation::IntrospectionRequest => self.request(&introspect::REQUEST),
            Operation::ParseIntrospection => self.answer(&introspect::ANSWER),
            Operation::LogoutUrl => self.request(&logout::REQUEST),
            Operation::DecodeIdToken => self.decode_id_token(),
            Operation::CheckIdToken => self.check_id_token(),
            Operation::KeySetRequest => self.request(&key_set::REQUEST),
            Operation::ParseKeySet => self.answer(&key_set::ANSWER),
            Operation::SelectKey => self.select_key(),
            Operation::ClientAssertion => self.client_assertion(),
        }
    }

    fn generate_pkce(&mut self) -> Result<(), Error> {
        let pkce = Pkce::from_random(&self.random());
        self.output.text(pkce.verifier().expose()).text(pkce.challenge());
        Ok(())
    }

    fn code_challenge(&mut self) -> Result<(), Error> {
        match pkce::challenge(self.fields.text()) {
            Ok(challenge) => self.output.text(&challenge),
            Err(error) => return Err(Error::argument("verifier", "").because(error.message())),
        };
        Ok(())
    }

    fn parse_seconds(&mut self) -> Result<(), Error> {
        let wrong = || Error::argument("text", "");
        let value = json::parse(self.fields.text(), Limits::default())
            .map_err(|error| wrong().because(error.message()))?;
        let seconds = seconds::read(Some(&value))
            .map_err(|error| wrong().because(error.message().to_owned()))?;
        self.output.seconds(seconds);
        Ok(())
    }

    fn eiam_server(&mut self) -> Result<(), Error> {
        let eiam = EiamServer {
            region: self.fields.text(),
            instance_id: self.fields.text(),
            application_id: self.fields.text(),
            portal: self.fields.optional(),
            authorization_server: self.fields.optional(),
            developer_api: self.fields.flag(),
        };
        for url in eiam.endpoints()? {
            self.output.text(&url);
        }
        Ok(())
    }

    fn check_client(&mut self) -> Result<(), Error> {
        let http = self.plain_http();
        let mut rule = EndpointRule::new(self.identity()?.issuer.unwrap_or_default(), http);
        let mut names = Server::ENDPOINTS.iter().skip(1);
        names.try_for_each(|name| rule.check(name, self.fields.text()))
    }

    fn discovery_request(&mut self) -> Result<(), Error> {
        let issuer = self.fields.text();
        let place = if self.fields.flag() { WellKnown::OAuth } else { WellKnown::OpenId };
        self.output.text(&discovery::url(issuer, place)?);
        Ok(())
    }

    fn parse_discovery(&mut self) -> Result<(), Error> {
        let mut received = self.received();
        let issuer = self.fields.text();
        received.least = Safety::least(issuer, self.plain_http());
        let mut fields = [const { Field::Missing }; discovery::ANSWER.len()];
        discovery::read_into(&received, issuer, &mut fields)?;
        self.output.fields(&fields);
        Ok(())
    }

    fn authorization_request(&mut self) -> Result<(), Error> {
        let (endpoint, identity) = (self.fields.optional(), self.identity()?);
        let (redirect_uri, scope) = (self.fields.text(), self.fields.optional());
        let extra = self.fields.pairs();
        let random = self.random();
        let draft = Draft::make(endpoint, &identity, redirect_uri, scope, &extra, &random)?;
        self.output
            .text(&draft.url)
            .text(&draft.state)
            .text(&draft.nonce)
            .text(draft.pkce.verifier().expose())
            .seconds(draft.max_age);
        Ok(())
    }

    fn parse_callback(&mut self) -> Result<(), Error> {
        let identity = self.identity()?;
        let (state, callback) = (self.fields.text(), self.fields.text());
        self.output.text(&callback::read_code(&identity, state, callback)?);
        Ok(())
    }

    fn parse_tokens(&mut self) -> Result<(), Error> {
        let (received, now) = (self.received(), self.fields.seconds());
        self.tokens(&received, now)
    }

    fn parse_device_authorization(&mut self) -> Result<(), Error> {
        let (mut received, now) = (self.received(), self.fields.seconds());
        received.least = Safety::least(self.fields.text(), self.plain_http());
        let mut fields = received.read(&device::ANSWER)?;
        let [.., expires_in, expires_at, interval] = &mut fields;
        if interval.seconds().is_none() {
            *interval = Field::Seconds(polling::INTERVAL);
        }
        let deadline = seconds::local_deadline(now, expires_in.seconds(), expires_at.seconds());
        self.output.fields(&fields).seconds(deadline);
        Ok(())
    }

    fn parse_device_poll(&mut self) -> Result<(), Error> {
        let received = self.received();
        let (now, mut polling) = self.polling();
        match self.tokens(&received, now) {
            Ok(()) => Ok(()),
            Err(error) => {
                let decision = polling.refused(error, now);
                self.decided(decision, &polling)
            }
        }
    }

    fn device_unreachable(&mut self) -> Result<(), Error> {
        let (now, mut polling) = self.polling();
        let decision = polling.unreachable(now);
        self.decided(decision, &polling)
    }

    fn parse_user_info(&mut self) -> Result<(), Error> {
        let received = self.received();
        user_info::check(&received, self.fields.optional())
    }

    fn decode_id_token(&mut self) -> Result<(), Error> {
        let decoded = id_token::decode(self.fields.text())?;
        self.output.text(&decoded.header).text(&decoded.claims);
        Ok(())
    }

    fn check_id_token(&mut self) -> Result<(), Error> {
        let identity = self.identity()?;
        let id_token = self.fields.text();
        let expectation = Expectation {
            issuer: identity.issuer,
            client_id: identity.client_id,
            nonce: self.fields.optional(),
            max_age: self.fields.optional_seconds(),
            subject: self.fields.optional(),
            access_token: self.fields.optional(),
        };
        let (now, tolerance) = (self.fields.seconds(), self.fields.seconds());
        let decoded = expectation.check(id_token, now, tolerance)?;
        self.output.text(&decoded.header).text(&decoded.claims);
        Ok(())
    }

    fn select_key(&mut self) -> Result<(), Error> {
        let algorithm = SignatureAlgorithm::from_name(self.fields.text());
        let (key_id, keys) = (self.fields.optional(), self.fields.text());
        let key = algorithm.and_then(|algorithm| key_set::select(keys, algorithm, key_id));
        self.output.optional(key);
        Ok(())
    }

    fn client_assertion(&mut self) -> Result<(), Error> {
        let client_id = self.fields.text();
        let parameters = AssertionParameters {
            algorithm: self.fields.text(),
            key_id: self.fields.optional(),
            audience: self.fields.optional(),
        };
        let now = self.fields.seconds();
        let assertion = ClientAssertion::make(client_id, &parameters, &self.random(), now)?;
        self.output.text(assertion.signing_input());
        Ok(())
    }

    /// Takes whether plain http is allowed on loopback.
    fn plain_http(&mut self) -> PlainHttp {
        if self.fields.flag() { PlainHttp::OnLoopback } else { PlainHttp::default() }
    }

    /// Takes the issuer, whether callbacks must name it, whether EIAM's pages are not known, and who the
    /// client is.
    fn identity(&mut self) -> Result<ClientIdentity<'a>, Error> {
        let fields = &mut self.fields;
        let identity = ClientIdentity {
            issuer: fields.optional(),
            iss_in_callback: fields.flag(),
            lacks_portal: fields.flag(),
            client_id: fields.text(),
            method: match fields.text() {
                "none" => Method::None,
                "client_secret_basic" => Method::Basic,
                "client_secret_basic_unencoded" => Method::BasicUnencoded,
                "client_secret_post" => Method::Post,
                _ => {
                    return Err(Error::argument(
                        "authentication",
                        "not a known method, such as none",
                    ));
                }
            },
            secret: fields.text(),
        };
        identity.check().map(|()| identity)
    }

    /// Takes status and header fields; the body is in the octets.
    fn received(&mut self) -> Received<'a> {
        let fields = &mut self.fields;
        Received {
            status: fields.seconds() as u16,
            retry_after: fields.optional_seconds(),
            server_time: fields.optional_seconds(),
            least: Safety::default(),
            challenge: [(); 3].map(|()| Cow::Borrowed(fields.text())),
            body: self.octets,
        }
    }

    /// Takes the present, the interval and the deadline.
    fn polling(&mut self) -> (i64, Polling) {
        let (now, interval) = (self.fields.seconds(), self.fields.seconds());
        (now, Polling::resume(interval, self.fields.optional_seconds()))
    }

    /// The octets, which were drawn for this call alone.
    fn random<const N: usize>(&self) -> [u8; N] {
        self.octets.first_chunk().copied().unwrap_or([0; N])
    }

    /// Takes the endpoint, the identity, the plan's parameters and further ones; gives the method, URL,
    /// form and the field `Authorization`.
    fn request(&mut self, plan: &Plan) -> Result<(), Error> {
        let (url, identity) = (self.fields.optional(), self.identity()?);
        let values: Vec<_> = plan.parameters.iter().map(|_| self.fields.text()).collect();
        let extra = self.fields.pairs();
        let parts = Parts::make(plan, url, &identity, &values, &extra)?;
        let method = if parts.carrier == Carrier::Form { "POST" } else { "GET" };
        self.output.text(method).text(&parts.url).text(&parts.form).text(&parts.authorization);
        Ok(())
    }

    /// Takes an answer; gives its members.
    fn answer<const N: usize>(&mut self, members: &[Member; N]) -> Result<(), Error> {
        let fields = self.received().read(members)?;
        self.output.fields(&fields);
        Ok(())
    }

    fn tokens(&mut self, received: &Received<'_>, now: i64) -> Result<(), Error> {
        let fields = received.read(&token::ANSWER)?;
        let lifetimes = Lifetimes::of(&fields, received, now);
        self.output.fields(&fields).seconds(lifetimes.deadline).seconds(lifetimes.clock_skew);
        Ok(())
    }

    fn decided(&mut self, decision: Decision, polling: &Polling) -> Result<(), Error> {
        let output = &mut self.output;
        match decision {
            Decision::Wait { seconds, slower } => {
                output.text("").seconds(Some(seconds));
                output.seconds(Some(polling.interval())).flag(slower);
            }
            Decision::Denied => drop(output.text("").text("denied")),
            Decision::Expired => drop(output.text("").text("expired")),
            Decision::Failed(error) => return Err(error),
            Decision::Done(_) => {}
        }
        Ok(())
    }
}
