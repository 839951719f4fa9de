//! What an id_token says (OpenID Connect Core section 2), and whether it may be believed.

use sha2::{Digest, Sha256};

use super::base64url;
use super::failure::{Failure, Kind};
use super::integer;
use super::json::{Name, Scan, Wanted};
use super::key_set::{ALGORITHMS, BY_SHA256};
use super::reason::Reason;
use super::sink::{Room, Sink};
use super::slot::{HALF, Slot, content};
use super::split::split_once;
use super::table::{Table, Written, table};
use super::unescaped::Unescaped;
use crate::secret::constant_time_eq;

/// What an id_token must agree with. What is `None` is not compared.
#[derive(Clone, Copy)]
pub(crate) struct Expected<'a> {
    /// The server's issuer.
    pub(crate) issuer: Option<&'a [u8]>,
    /// The client's id, which has to be in the audience.
    pub(crate) client_id: &'a [u8],
    /// The `nonce` of the authorization request.
    pub(crate) nonce: Option<&'a [u8]>,
    /// The `max_age` of the authorization request, in seconds.
    pub(crate) max_age: Option<i64>,
    /// The `sub` of the former id_token (OpenID Connect Core section 12.2).
    pub(crate) subject: Option<&'a [u8]>,
    /// The access token of the same answer, for `at_hash`.
    pub(crate) access_token: Option<&'a [u8]>,
    /// Whether the client's secret is the key (HS256), and no other algorithm is accepted.
    pub(crate) by_secret: bool,
    /// The present, in Unix seconds by the client's clock.
    pub(crate) now: i64,
    /// The seconds by which the clocks may differ.
    pub(crate) tolerance: i64,
}

/// The members of the header and the claims that are read, and behind them the three parts of an id_token, so
/// that each of the two can be named as wrong by its place.
const NAMES: Table<'_> = table![
    part("alg"),
    part("crit"),
    part("typ"),
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

/// A name of the table; its letter says nothing.
const fn part(name: &'static str) -> Written {
    (b'?', name)
}

// Places in `NAMES`.
const ALG: usize = 0;
const CRIT: usize = 1;
const TYP: usize = 2;
const ISS: usize = 3;
const SUB: usize = 4;
const AUD: usize = 5;
const NBF: usize = 6;
const EXP: usize = 7;
const IAT: usize = 8;
const AUTH_TIME: usize = 9;
const NONCE: usize = 10;
const AT_HASH: usize = 11;
/// The first of the three parts.
const HEADER: usize = 12;
/// Behind all names: the id_token as a whole is wrong.
const WHOLE: usize = 15;
/// No place of a name: the text of a part is no JSON object, and the words that say so are written already.
const JSON: usize = 16;

/// The algorithm whose key is the client's secret (RFC 7518 section 3.2).
const SHARED: Table<'_> = table![(BY_SHA256, "HS256")];

/// How many of [`NAMES`] are members, and therefore have slots.
const MEMBERS: usize = 12;

/// Writes the header and the claims of an id_token to `decoded`, with U+0000 between them. Both have to be JSON
/// objects without duplicate names (RFC 7515 section 7.1). If something is expected, it also checks the
/// algorithm, the issuer, the subject, the audience, the times, the nonce and an `at_hash` by SHA-256 (OpenID
/// Connect Core sections 3.1.3.6 to 3.1.3.8 and 12.2). It does not verify the signature.
///
/// `names` is room for the names in one of the objects; `sink` takes the words of a failure.
///
/// # Errors
/// [`Kind::Malformed`] for the first part or claim that is wrong.
pub(crate) fn read(
    id_token: &[u8],
    expected: Option<&Expected<'_>>,
    names: &mut [Name],
    decoded: &mut impl Sink,
    sink: &mut impl Sink,
) -> Result<(), Failure> {
    match fault(id_token, expected, names, decoded, sink) {
        Ok(()) => Ok(()),
        // The scan of the text has written the words of this failure.
        Err((JSON, reason)) => Err(Failure { kind: Kind::Malformed, reason }),
        Err((index, reason)) => {
            let name = NAMES.name(index);
            let before: &[u8] = if name.is_empty() { b"id_token" } else { b"id_token." };
            Err(Failure::about(sink, Kind::Malformed, before, name, reason))
        }
    }
}

/// The place in [`NAMES`] of the member or part that is wrong, and why it is.
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
        let mut octets = part.to_vec();
        let Some(length) = base64url::decode(&mut octets) else {
            return Err((HEADER + index, Reason::NotBase64url));
        };
        decoded.extend(octets.get(..length).unwrap_or_default());
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

/// The header or the claims: the text of the object, and where the members of [`NAMES`] are in it.
struct Object<'a> {
    text: &'a [u8],
    slots: [Slot; MEMBERS],
}

/// The slots before anything was found.
const NONE: [Slot; MEMBERS] = [[0; 4]; MEMBERS];

impl Object<'_> {
    /// Notes where the members are. The names of parts have no slots. `subject` is what a failure is about.
    #[inline(never)]
    fn scan(
        &mut self,
        subject: &str,
        names: &mut [Name],
        sink: &mut impl Sink,
    ) -> Result<(), Fault> {
        let mut scan = Scan::new(self.text, names);
        let mut wanted = Wanted { members: NAMES, slots: &mut self.slots };
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

    /// Whether a member is this string.
    fn is(&self, index: usize, expected: &[u8]) -> bool {
        is(self.text, &self.slot(index), expected)
    }

    /// The Unix seconds of a member that is a moment, which is a number (RFC 7519 section 2).
    #[inline(never)]
    fn date(&self, index: usize) -> Result<u64, Fault> {
        if self.first(index) == b'"' {
            return Err((index, Reason::NotANumber));
        }
        let read = integer::of_slot(self.text, &self.slot(index), true);
        read.map_err(|reason| (index, reason))
    }

    /// Whether a member is this string. The time that the comparison takes depends on the lengths only.
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

/// Whether what a slot found is this string.
#[inline(never)]
fn is(text: &[u8], slot: &Slot, expected: &[u8]) -> bool {
    let [.., first] = *slot;
    first == u32::from(b'"') && Unescaped::of_json(content(text, slot)).is(expected)
}

impl Expected<'_> {
    /// Checks the header and the claims, and fails with the first fault.
    fn fault(
        &self,
        header: &Object<'_>,
        claims: &Object<'_>,
        names: &mut [Name],
        sink: &mut impl Sink,
    ) -> Result<(), Fault> {
        // An extension that is not understood must be refused (RFC 7515 section 4.1.11), and none is.
        if header.first(CRIT) != 0 {
            return Err((CRIT, Reason::NotUnderstood));
        }
        // The types of JWTs that are something else, such as `at+jwt`, have a suffix (RFC 8725 section 3.11).
        if matches!(header.first(TYP), b'"' | b'[') {
            let mut typ = Unescaped::of_json(content(header.text, &header.slot(TYP)));
            if typ.any(|octet| octet == b'+') {
                return Err((TYP, Reason::NotUsable));
            }
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
        // A clock before 1970 counts as 1970, because no claim can be a moment before that.
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
        // The claim is the left half of the access token's hash (OpenID Connect Core section 3.1.3.6), and may be
        // missing. To keep SHA-384 and SHA-512 out of the module, the callers compare those by longer hashes.
        if let Some(token) = self.access_token
            && claims.is_there(AT_HASH)
            && hash == BY_SHA256
        {
            let mut half = [0; 22];
            let digest = Sha256::digest(token);
            base64url::encode(digest.get(..16).unwrap_or_default(), &mut Room::new(&mut half));
            if !claims.is_secret(AT_HASH, &half, sink) {
                return Err((AT_HASH, Reason::AnotherToken));
            }
        }
        Ok(())
    }

    /// The letter of the hash that the header's algorithm uses; `None` if that algorithm is not accepted.
    fn hash(&self, header: &Object<'_>) -> Option<u8> {
        let mut accepted = if self.by_secret { SHARED } else { ALGORITHMS };
        accepted.find_map(|(hash, name)| header.is(ALG, name).then_some(hash))
    }

    /// Whether `aud`, which is a string or an array of strings, names the client (OpenID Connect Core section
    /// 2). `azp` belongs to extensions that the client does not use, and is ignored, as that section advises.
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
