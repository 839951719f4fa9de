//! What the issuer remembers. It does not store codes and tokens, because they contain everything
//! that it needs.

use core::cell::Cell;

use crate::issuer::config::Limits;
use crate::issuer::sealed::user_grant::GrantId;
use crate::issuer::state::device_request::{Decision, DeviceRequest};
use crate::issuer::state::epochs::Epochs;
use crate::issuer::state::expiring::{Expiring, Full};
use crate::issuer::state::grant_record::GrantRecord;
use crate::issuer::state::host_session::HostSession;
use crate::issuer::state::logouts::Logouts;
use crate::issuer::state::pushed_request::PushedRequest;
use crate::issuer::state::session::Session;
use crate::issuer::state::shares::{Place, Share};
use crate::issuer::state::throttle::{Allowance, Throttle};
use crate::issuer::state::used_id::UsedId;

/// The issuer's memory.
#[derive(Debug)]
#[cfg_attr(feature = "testing", derive(Clone))]
pub(crate) struct Store {
    pub(crate) epochs: Epochs,
    pub(crate) grants: Expiring<GrantRecord>,
    /// The access tokens that were revoked singly, by grant and number.
    pub(crate) revoked: Expiring<Share>,
    /// The ids of JWTs that work once: client assertions and DPoP proofs.
    pub(crate) used: Expiring<Share>,
    pub(crate) sessions: Expiring<Session>,
    pub(crate) devices: Expiring<DeviceRequest>,
    pub(crate) pushed: Expiring<PushedRequest>,
    pub(crate) host_session: HostSession,
    /// Clients that are to be told of sessions that ended.
    pub(crate) logouts: Logouts,
    /// Wrong guesses at passwords.
    pub(crate) passwords: Throttle,
    /// Wrong guesses at user codes.
    pub(crate) user_codes: Throttle,
    changed: Cell<bool>,
    /// What the present request has used up, for [`Store::undo`].
    used_up: Vec<UsedUp>,
}

/// What a request uses up before it is known whether the host has to be asked something first.
#[derive(Debug)]
#[cfg_attr(feature = "testing", derive(Clone))]
enum UsedUp {
    Id(UsedId),
    Pushed { id: u128, request: Box<PushedRequest>, expires: i64 },
}

impl Store {
    /// An empty store with these limits.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            epochs: Epochs::default(),
            grants: Expiring::new(limits.grants, 0),
            revoked: Expiring::new(limits.revoked_tokens, 0),
            used: Expiring::new(limits.used_jwt_ids, 0),
            sessions: Expiring::new(limits.sessions, 0),
            devices: Expiring::new(limits.device_requests, limits.device_requests / 4),
            pushed: Expiring::new(limits.pushed_requests, limits.pushed_requests / 4),
            host_session: HostSession::default(),
            logouts: Logouts::default(),
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
            changed: Cell::new(true),
            used_up: Vec::new(),
        }
    }

    /// Notes that a snapshot has to be made again. Records that have merely expired are no reason
    /// for it.
    pub(crate) fn touch(&self) {
        self.changed.set(true);
    }

    /// Notes that a snapshot, or the changes, contain everything.
    pub(crate) fn settle(&self) {
        self.changed.set(false);
    }

    /// Whether a snapshot has to be made again. A new store counts as changed.
    pub(crate) fn is_changed(&self) -> bool {
        self.changed.get()
    }

    /// Finds a device request that still waits for its user.
    pub(crate) fn waiting_device(&self, key: u128, id: u128, now: i64) -> Option<&DeviceRequest> {
        self.devices
            .get(&key, now)
            .filter(|request| request.id == id && request.decision == Decision::Pending)
    }

    /// The record of a grant. A grant has none if it never had one, or if all of its tokens have
    /// expired.
    pub(crate) fn grant(&self, id: GrantId, now: i64) -> Option<GrantRecord> {
        self.grants.get(&id, now).copied()
    }

    /// Keeps the record of a grant until `expires`.
    pub(crate) fn add_grant(
        &mut self,
        id: GrantId,
        grant: GrantRecord,
        expires: i64,
        now: i64,
    ) -> Result<(), Full> {
        self.grants.insert(id, grant, expires, now)
    }

    /// Returns the number of the next tokens of a grant, which live until `expires`. A retry gets
    /// the number of the last ones again. Returns none if the grant has no record, or no more
    /// numbers.
    pub(crate) fn advance_grant(
        &mut self,
        id: GrantId,
        is_retry: bool,
        expires: i64,
        now: i64,
    ) -> Option<u32> {
        let grant = self.grants.get_mut(&id, now)?;
        if !is_retry {
            // No number is used twice, so after the last one the grant cannot be refreshed.
            grant.serial = grant.serial.checked_add(1)?;
            grant.advanced_at = now;
        }
        let serial = grant.serial;
        self.grants.extend(&id, expires);
        Some(serial)
    }

    /// Ends a grant: its refresh token and all of its access tokens. If it has no record, they do
    /// not work anyway.
    pub(crate) fn revoke_grant(&mut self, id: GrantId, now: i64) {
        if let Some(grant) = self.grants.get_mut(&id, now) {
            grant.revoked = true;
        }
    }

    /// Ends an access token before it expires. Nobody can fill the memory by refreshing and
    /// revoking one grant: beyond a few tokens, or beyond the user's share, all older access tokens
    /// of the grant end as well (RFC 7009 section 2.1 allows a server to end more than was asked
    /// for). The refresh token still works.
    ///
    /// # Errors
    /// Fails if the grant has no record and its owner has used up their share of revoked tokens.
    pub(crate) fn revoke_token(
        &mut self,
        id: GrantId,
        serial: u32,
        owner: u64,
        expires: i64,
        now: i64,
    ) -> Result<(), Full> {
        let key = token_key(id, serial);
        let share = Share::of(Place::kept(owner));
        let Some(grant) = self.grants.get_mut(&id, now) else {
            // A grant without a record has only one token.
            return self.revoked.insert(key, share, expires, now);
        };
        let is_few = grant.single_revocations < MAX_SINGLES;
        if is_few && self.revoked.insert(key, share, expires, now).is_ok() {
            grant.single_revocations += 1;
        } else {
            grant.revoked_below = grant.revoked_below.max(serial.saturating_add(1));
        }
        Ok(())
    }

    /// Whether an access token, or its whole grant, was revoked.
    pub(crate) fn is_revoked(&self, id: GrantId, serial: u32, now: i64) -> bool {
        self.grants.get(&id, now).is_some_and(|grant| grant.revoked || serial < grant.revoked_below)
            || self.revoked.get(&token_key(id, serial), now).is_some()
    }

    /// Ends what waits for an application or remembers it.
    pub(crate) fn forget_application(&mut self, id: &str) {
        self.devices.retain(|request| request.client != id);
        self.pushed.retain(|pushed| pushed.client != id);
        self.sessions.for_each(|session| session.forget(id));
    }

    /// Remembers an id that works once until `expires`. Returns false if it was used before. No id
    /// is forgotten earlier, because it would work again. So an owner who uses many is refused
    /// beyond their share.
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
        self.used.insert(id.0, Share::of(place), expires, now)?;
        self.used_up.push(UsedUp::Id(id));
        Ok(true)
    }

    /// Takes a pushed request, which works once.
    pub(crate) fn take_pushed(&mut self, id: u128) -> Option<PushedRequest> {
        let (_, expires) = self.pushed.entry(&id)?;
        let request = self.pushed.take(&id)?;
        self.used_up.push(UsedUp::Pushed { id, request: Box::new(request.clone()), expires });
        Some(request)
    }

    /// Begins a request.
    pub(crate) fn begin(&mut self) {
        self.used_up.clear();
    }

    /// Gives back what the present request has used up, because it is made again.
    pub(crate) fn undo(&mut self, now: i64) {
        for used in core::mem::take(&mut self.used_up) {
            match used {
                UsedUp::Id(id) => {
                    self.used.remove(&id.0);
                }
                UsedUp::Pushed { id, request, expires } => {
                    // It has the place that it left.
                    let _ = self.pushed.insert(id, *request, expires, now);
                }
            }
        }
    }
}

/// The key of one token of a grant. Ids of grants are random, so the numbers after one belong to no
/// other.
fn token_key(id: GrantId, serial: u32) -> u128 {
    id.wrapping_add(u128::from(serial))
}

/// How many access tokens of one grant are revoked singly.
const MAX_SINGLES: u8 = 16;
