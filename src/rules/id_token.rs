//! What an id_token says (OpenID Connect Core section 2), and whether it may be believed.

use super::base64url;
use super::failure::{Failure, Kind};
use super::integer;
use super::json::{Name, Scan, Wanted};
use super::key_set::{ALGORITHMS, BY_SHA256};
use super::reason::Reason;
use super::sha256;
use super::sink::{Room, Sink};
use super::slot::{HALF, Slot, content};
use super::split::split_once;
use super::table::{Table, Written, table};
use super::unescaped::Unescaped;
use crate::secret::constant_time_eq;

/// All that an id_token must agree with.
#[derive(Clone, Copy)]
pub(crate) struct Expected<'a> {
    pub(crate) issuer: Option<&'a [u8]>,
    pub(crate) client_id: &'a [u8],
    /// The `nonce` of the authorization request.
    pub(crate) nonce: Option<&'a [u8]>,
    /// The `max_age` of the authorization request, seconds.
    pub(crate) max_age: Option<i64>,
    /// The `sub` of the id_token before (OpenID Connect Core section 12.2).
    pub(crate) subject: Option<&'a [u8]>,
    /// The access token that came along, for `at_hash`.
    pub(crate) access_token: Option<&'a [u8]>,
    /// Whether the client's secret is the key (HS256), and no other algorithm is accepted.
    pub(crate) by_secret: bool,
    /// Unix seconds.
    pub(crate) now: i64,
    /// The seconds that the clocks may differ.
    pub(crate) tolerance: i64,
}

/// The members of header and claims that are looked at, and the parts of the whole that may be wrong.
const NAMES: Table<'_> = table![
    part("alg"),
    part("crit"),
    part("iss"),
    part("sub"),
    part("aud"),
    part("nbf"),
    part("exp"),
    part("iat"),
    part("auth_time"),
    part("nonce"),
    part("at_hash"),
    part("header"),
    part("claims"),
    part("signature"),
];

const fn part(name: &'static str) -> Written {
    (b'?', name)
}

const ALG: usize = 0;
const CRIT: usize = 1;
const ISS: usize = 2;
const SUB: usize = 3;
const AUD: usize = 4;
const NBF: usize = 5;
const EXP: usize = 6;
const IAT: usize = 7;
const AUTH_TIME: usize = 8;
const NONCE: usize = 9;
const AT_HASH: usize = 10;
const HEADER: usize = 11;
const WHOLE: usize = 14;
/// Not a name: the words of the fault are written.
const JSON: usize = 15;

/// The algorithm whose key is the client's secret (RFC 7518 section 3.2).
const SHARED: Table<'_> = table![(BY_SHA256, "HS256")];

/// How many of them are members.
const MEMBERS: usize = 11;

/// Writes header and claims to `decoded`, with U+0000 between them, each a JSON object without
/// duplicates (RFC 7515 section 7.1), and checks them against what is expected, if anything is: algorithm,
/// issuer, subject, audience, times, nonce and `at_hash` (OpenID Connect Core sections
/// 3.1.3.6 to 3.1.3.8 and 12.2). The signature is not verified here.
///
/// # Errors
/// The first part or claim that is wrong.
pub(crate) fn read(
    id_token: &[u8],
    expected: Option<&Expected<'_>>,
    names: &mut [Name],
    decoded: &mut impl Sink,
    sink: &mut impl Sink,
) -> Result<(), Failure> {
    match fault(id_token, expected, names, decoded, sink) {
        Ok(()) => Ok(()),
        // It has its words already.
        Err((JSON, reason)) => Err(Failure { kind: Kind::Malformed, reason }),
        Err((index, reason)) => {
            let name = NAMES.name(index);
            let before: &[u8] = if name.is_empty() { b"id_token" } else { b"id_token." };
            Err(Failure::about(sink, Kind::Malformed, before, name, reason))
        }
    }
}

/// Which member or part is wrong, and why.
type Fault = (usize, Reason);

fn fault(
    id_token: &[u8],
    expected: Option<&Expected<'_>>,
    names: &mut [Name],
    decoded: &mut impl Sink,
    sink: &mut impl Sink,
) -> Result<(), Fault> {
    let mut rest = Some(id_token);
    let mut ends = [0; 3];
    for (index, end) in ends.iter_mut().enumerate() {
        let Some(unread) = rest else { return Err((WHOLE, Reason::NotThreeParts)) };
        let (part, after) = split_once(unread, b'.');
        if base64url::decode(part, decoded).is_none() {
            return Err((HEADER + index, Reason::NotBase64url));
        }
        (*end, rest) = (decoded.length(), after);
        decoded.push(0);
    }
    if rest.is_some() {
        return Err((WHOLE, Reason::NotThreeParts));
    }
    let [header_end, claims_end, _] = ends;
    decoded.cut(claims_end);
    let text = decoded.since(0);
    let mut header = Object { text: text.get(..header_end).unwrap_or_default(), slots: NONE };
    let mut claims = Object { text: text.get(header_end + 1..).unwrap_or_default(), slots: NONE };
    header.scan("id_token.header", names, sink)?;
    claims.scan("id_token.claims", names, sink)?;
    match expected {
        Some(expected) => expected.fault(&header, &claims, names, sink),
        None => Ok(()),
    }
}

/// An object, and where those of its members are that are looked at.
struct Object<'a> {
    text: &'a [u8],
    slots: [Slot; MEMBERS],
}

const NONE: [Slot; MEMBERS] = [[0; 4]; MEMBERS];

impl Object<'_> {
    /// Notes where the named members are. The names of parts have no slots.
    #[inline(never)]
    fn scan(
        &mut self,
        subject: &str,
        names: &mut [Name],
        sink: &mut impl Sink,
    ) -> Result<(), Fault> {
        let mut scan = Scan::new(self.text, names);
        let mut wanted =
            Wanted { members: NAMES, others: Table::default(), slots: &mut self.slots };
        match scan.object(&mut wanted) {
            Some(()) => Ok(()),
            None => Err((JSON, scan.failure(subject, sink).reason)),
        }
    }

    fn slot(&self, index: usize) -> Slot {
        self.slots.get(index).copied().unwrap_or_default()
    }

    /// With which octet a member begins; 0 if it is missing.
    fn first(&self, index: usize) -> u8 {
        let [.., first] = self.slot(index);
        first as u8
    }

    /// Whether a member is there, and not `null`.
    fn is_there(&self, index: usize) -> bool {
        !matches!(self.first(index), 0 | b'n')
    }

    fn is(&self, index: usize, expected: &[u8]) -> bool {
        is(self.text, &self.slot(index), expected)
    }

    #[inline(never)]
    fn date(&self, index: usize) -> Result<u64, Fault> {
        let read = integer::of_slot(self.text, &self.slot(index), true);
        read.map_err(|reason| (index, reason))
    }

    /// Whether a string is this, in a time that depends on the lengths only.
    #[inline(never)]
    fn is_secret(&self, index: usize, expected: &[u8], sink: &mut impl Sink) -> bool {
        if self.first(index) != b'"' {
            return false;
        }
        let start = sink.length();
        Unescaped::of_json(content(self.text, &self.slot(index)))
            .for_each(|octet| sink.push(octet));
        let is_same = constant_time_eq(sink.since(start), expected);
        sink.cut(start);
        is_same
    }
}

#[inline(never)]
fn is(text: &[u8], slot: &Slot, expected: &[u8]) -> bool {
    let [.., first] = *slot;
    first == u32::from(b'"') && Unescaped::of_json(content(text, slot)).is(expected)
}

impl Expected<'_> {
    fn fault(
        &self,
        header: &Object<'_>,
        claims: &Object<'_>,
        names: &mut [Name],
        sink: &mut impl Sink,
    ) -> Result<(), Fault> {
        // RFC 7515 section 4.1.11: what is not understood must be refused.
        if header.first(CRIT) != 0 {
            return Err((CRIT, Reason::NotUnderstood));
        }
        let Some(hash) = self.hash(header) else { return Err((ALG, Reason::NotAccepted)) };
        if self.issuer.is_some_and(|issuer| !claims.is(ISS, issuer)) {
            return Err((ISS, Reason::AnotherIssuer));
        }
        let [from, to, marks, _] = claims.slot(SUB);
        if claims.first(SUB) != b'"' || from == to {
            return Err((SUB, Reason::Missing));
        }
        if marks & HALF != 0 {
            return Err((SUB, Reason::Escape));
        }
        if self.subject.is_some_and(|before| !claims.is(SUB, before)) {
            return Err((SUB, Reason::AnotherUser));
        }
        if !self.is_for_client(claims, names) {
            return Err((AUD, Reason::NotForThisClient));
        }
        // No date is before 1970.
        let earliest = self.now.saturating_sub(self.tolerance).max(0) as u64;
        let latest = self.now.saturating_add(self.tolerance).max(0) as u64;
        if claims.date(EXP)? <= earliest {
            return Err((EXP, Reason::Past));
        }
        if claims.date(IAT)? > latest {
            return Err((IAT, Reason::InTheFuture));
        }
        if claims.is_there(NBF) && claims.date(NBF)? > latest {
            return Err((NBF, Reason::InTheFuture));
        }
        if let Some(max_age) = self.max_age
            && claims.date(AUTH_TIME)?.saturating_add_signed(max_age) < earliest
        {
            return Err((AUTH_TIME, Reason::LongerAgo));
        }
        if self.nonce.is_some_and(|sent| !claims.is_secret(NONCE, sent, sink)) {
            return Err((NONCE, Reason::AnotherNonce));
        }
        // The left half of the access token's hash (OpenID Connect Core section 3.1.3.6). Longer hashes are
        // not computed here, and the claim may be missing.
        if let Some(token) = self.access_token
            && claims.is_there(AT_HASH)
            && hash == BY_SHA256
        {
            let mut half = [0; 22];
            let digest = sha256::digest(token);
            base64url::encode(digest.get(..16).unwrap_or_default(), &mut Room::new(&mut half));
            if !claims.is_secret(AT_HASH, &half, sink) {
                return Err((AT_HASH, Reason::AnotherToken));
            }
        }
        Ok(())
    }

    /// By which hash the signature is, if it is of an algorithm that is accepted.
    fn hash(&self, header: &Object<'_>) -> Option<u8> {
        let mut accepted = if self.by_secret { SHARED } else { ALGORITHMS };
        accepted.find_map(|(hash, name)| header.is(ALG, name).then_some(hash))
    }

    /// Whether `aud`, which is one string or an array of them, names the client (OpenID Connect Core section
    /// 2). `azp` is of extensions that are not used here, so it is ignored, as that section advises.
    fn is_for_client(&self, claims: &Object<'_>, names: &mut [Name]) -> bool {
        let mut names_client = claims.is(AUD, self.client_id);
        if claims.first(AUD) == b'[' {
            let array = content(claims.text, &claims.slot(AUD));
            let mut scan = Scan::new(array, names);
            while let Some(element) = scan.element() {
                names_client |= is(array, &element, self.client_id);
            }
        }
        names_client
    }
}
