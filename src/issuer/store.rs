//! What the issuer remembers: one small record for each live grant, what was revoked before its
//! time, login sessions and device requests. Tokens are not here; they carry themselves.

use sha2::{Digest, Sha256};

use super::config::Limits;
use super::pushed::Pushed;
use super::sealed::{Authority, GrantId};

mod expiring;
mod journal;
mod shares;
mod throttle;

pub(crate) use expiring::{Expiring, Full};
pub(crate) use journal::Journal;
pub(crate) use shares::{Owned, Place, Rank, Share};
pub(crate) use throttle::{Allowance, Guesser, Stranger, Throttle};

/// The issuer's memory.
#[derive(Debug)]
pub(crate) struct Store {
    pub(super) grants: Expiring<Grant>,
    /// Single access tokens that were revoked: grant and serial number.
    pub(super) revoked: Expiring<Share>,
    pub(super) used: Expiring<Share>,
    pub(crate) sessions: Expiring<Session>,
    pub(crate) devices: Expiring<DeviceRequest>,
    pub(crate) pushed: Expiring<Pushed>,
    /// The one session of a host without cookies.
    pub(super) host_session: Option<u128>,
    pub(super) host_session_journal: Journal,
    pub(crate) passwords: Throttle,
    pub(crate) user_codes: Throttle,
}

/// An id that works once, as half of its SHA-256 hash: so long that nobody finds another with the
/// same, and short in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct UsedId(pub(crate) u128);

impl UsedId {
    /// The id of something of this kind that this owner made.
    pub(crate) fn new(kind: &str, owner: &str, id: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [kind, owner, id] {
            // With its length, or two lists of parts could be one text.
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        let hash = hash.finalize();
        Self(hash.first_chunk().map_or(0, |half| u128::from_be_bytes(*half)))
    }
}

/// A sign-in that tokens came of. It lives as long as the longest of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    /// Counts the tokens made; the refresh token of this number is the one that works.
    pub(crate) serial: u32,
    /// Nothing of it works any more.
    pub(crate) revoked: bool,
    /// When its tokens of this number were first made.
    pub(crate) advanced: i64,
    /// How many of its access tokens were revoked one by one.
    pub(crate) singles: u8,
    /// Access tokens of lower numbers were revoked together.
    pub(crate) ended: u32,
    /// The user.
    pub(crate) owner: u64,
}

impl Grant {
    pub(crate) fn new(owner: u64, now: i64) -> Self {
        Self { serial: 0, revoked: false, advanced: now, singles: 0, ended: 0, owner }
    }
}

impl Owned for Grant {
    fn place(&self) -> Place {
        Place::kept(self.owner)
    }
}

/// Somebody who is signed in in one browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) subject: String,
    pub(crate) auth_time: i64,
    /// Clients and scopes that were agreed to.
    pub(crate) consents: Vec<(String, String)>,
    /// The user, as a number.
    pub(crate) owner: u64,
}

impl Owned for Session {
    fn place(&self) -> Place {
        Place::new(self.owner, Rank::Paid)
    }
}

impl Session {
    /// Whether all these scopes were agreed to for this client.
    pub(crate) fn has_consented(&self, client: &str, scope: &str) -> bool {
        scope.split(' ').all(|wanted| {
            self.consents
                .iter()
                .filter(|(other, _)| other == client)
                .any(|(_, agreed)| agreed.split(' ').any(|scope| scope == wanted))
        })
    }

    /// Forgets what was agreed to for this client. False if there was nothing.
    pub(crate) fn forget(&mut self, client: &str) -> bool {
        let before = self.consents.len();
        self.consents.retain(|(other, _)| other != client);
        self.consents.len() < before
    }

    pub(crate) fn consent(&mut self, client: &str, scope: &str) {
        if self.consents.len() < MAX_CONSENTS && !self.has_consented(client, scope) {
            self.consents.push((client.to_owned(), scope.to_owned()));
        }
    }
}

/// A device that waits for its user (RFC 8628).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DeviceRequest {
    pub(crate) id: u128,
    pub(crate) authority: Authority,
    pub(crate) client: String,
    pub(crate) scope: String,
    /// Seconds between two polls; grows with each poll that comes too early.
    pub(crate) interval: i64,
    /// When it polled last.
    pub(crate) polled: Option<i64>,
    pub(crate) decision: Decision,
    /// Whoever asked, until somebody approves: then that user, and it does not go.
    pub(crate) place: Place,
}

impl Owned for DeviceRequest {
    fn place(&self) -> Place {
        self.place
    }
}

/// What the user said to a device request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Pending,
    Denied,
    Approved { subject: String, auth_time: i64 },
}

impl Store {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            grants: Expiring::new(limits.grants, 0),
            revoked: Expiring::new(limits.revoked_tokens, 0),
            used: Expiring::new(limits.used_jwt_ids, 0),
            sessions: Expiring::new(limits.sessions, 0),
            devices: Expiring::new(limits.device_requests, limits.device_requests / 4),
            pushed: Expiring::new(limits.pushed_requests, limits.pushed_requests / 4),
            host_session: None,
            host_session_journal: Journal::default(),
            passwords: Throttle::new(Allowance {
                own: limits.password_failures_per_user,
                source: limits.password_failures_per_source,
                total: limits.password_failures,
            }),
            user_codes: Throttle::new(Allowance {
                own: limits.user_code_failures_per_browser,
                source: limits.user_code_failures_per_source,
                total: limits.user_code_failures,
            }),
        }
    }

    /// Drops some of what is due: more of each kind than one request can add.
    pub(crate) fn sweep_some(&mut self, now: i64) {
        self.sweep(now, 16);
    }

    /// Drops all that is due. Gives the time before which nothing more is; none if nothing ever is.
    pub(crate) fn sweep_all(&mut self, now: i64) -> Option<i64> {
        self.sweep(now, usize::MAX);
        [
            self.grants.next_due(),
            self.revoked.next_due(),
            self.used.next_due(),
            self.sessions.next_due(),
            self.devices.next_due(),
            self.pushed.next_due(),
            self.passwords.counters.next_due(),
            self.user_codes.counters.next_due(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// One function for both: its loops are a kilobyte of wasm.
    #[inline(never)]
    fn sweep(&mut self, now: i64, budget: usize) {
        self.grants.sweep(now, budget);
        self.revoked.sweep(now, budget);
        self.used.sweep(now, budget);
        self.sessions.sweep(now, budget);
        self.devices.sweep(now, budget);
        self.pushed.sweep(now, budget);
        self.passwords.counters.sweep(now, budget);
        self.user_codes.counters.sweep(now, budget);
    }

    /// Makes a login session the one of a host without cookies.
    pub(crate) fn set_host_session(&mut self, id: Option<u128>) {
        self.host_session = id;
        self.host_session_journal.note(0);
    }

    /// The one login session of a host without cookies.
    pub(crate) fn host_session(&self) -> Option<u128> {
        self.host_session
    }

    /// The record of a grant; none for one that never had one or whose tokens have all expired.
    pub(crate) fn grant(&self, id: GrantId, now: i64) -> Option<Grant> {
        self.grants.get(&id, now).copied()
    }

    /// Records a grant until `expires`.
    pub(crate) fn add_grant(
        &mut self,
        id: GrantId,
        grant: Grant,
        expires: i64,
        now: i64,
    ) -> Result<(), Full> {
        self.grants.insert(id, grant, expires, now)
    }

    /// Counts one more token of a grant, which lives until `expires`; or gives the number of the
    /// last one again.
    pub(crate) fn advance_grant(
        &mut self,
        id: GrantId,
        again: bool,
        expires: i64,
        now: i64,
    ) -> Option<u32> {
        let grant = self.grants.get_mut(&id, now)?;
        if !again {
            // Numbers never come again: after the last one the grant is over.
            grant.serial = grant.serial.checked_add(1)?;
            grant.advanced = now;
        }
        let serial = grant.serial;
        self.grants.extend(&id, expires);
        Some(serial)
    }

    /// Ends a grant: its refresh token and all access tokens made of it. Without a record nothing of
    /// it works anyway.
    pub(crate) fn revoke_grant(&mut self, id: GrantId, now: i64) {
        if let Some(grant) = self.grants.get_mut(&id, now) {
            grant.revoked = true;
        }
    }

    /// Ends one access token before its time. One sign-in cannot fill the memory by refreshing and
    /// revoking: beyond a few, or beyond the user's share, all older access tokens of the sign-in end
    /// with it (RFC 7009 section 2.1 lets a server end more than what was asked for). Its refresh token
    /// goes on.
    ///
    /// # Errors
    /// A token without a record finds no room: its owner has their share of revoked ones.
    pub(crate) fn revoke_token(
        &mut self,
        id: GrantId,
        serial: u32,
        owner: u64,
        (expires, now): (i64, i64),
    ) -> Result<(), Full> {
        let key = token_key(id, serial);
        let share = Share::of(Place::kept(owner));
        let Some(grant) = self.grants.get_mut(&id, now) else {
            // A token without a record is the only one of its grant.
            return self.revoked.insert(key, share, expires, now);
        };
        let is_few = grant.singles < MAX_SINGLES;
        if is_few && self.revoked.insert(key, share, expires, now).is_ok() {
            grant.singles += 1;
        } else {
            grant.ended = grant.ended.max(serial.saturating_add(1));
        }
        Ok(())
    }

    /// Whether an access token, or all its grant, was revoked.
    pub(crate) fn is_revoked(&self, id: GrantId, serial: u32, now: i64) -> bool {
        self.grants.get(&id, now).is_some_and(|grant| grant.revoked || serial < grant.ended)
            || self.revoked.get(&token_key(id, serial), now).is_some()
    }

    /// Uses an id that works once, until `expires`. False if it was used before. None is forgotten
    /// before its time, or it would work again; so whoever uses many is refused beyond their share.
    pub(crate) fn use_id(
        &mut self,
        id: UsedId,
        place: Place,
        expires: i64,
        now: i64,
    ) -> Result<bool, Full> {
        if self.used.get(&id.0, now).is_some() {
            return Ok(false);
        }
        self.used.insert(id.0, Share::of(place), expires, now).map(|()| true)
    }
}

/// One token of a grant. Ids of grants are random, so what is close to one is no other's.
fn token_key(id: GrantId, serial: u32) -> u128 {
    id.wrapping_add(u128::from(serial))
}

/// How many access tokens of one sign-in are revoked one by one.
const MAX_SINGLES: u8 = 16;

/// How many agreements a login session remembers; beyond them the user is asked again.
const MAX_CONSENTS: usize = 64;
