//! Why something is refused. The WebAssembly module has only the numbers. The texts are for native code and for
//! `npm run generate`, which writes them to a table for JavaScript.

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident $text:literal,)*) => {
        /// A reason. Its number is its place in [`TEXTS`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Reason {
            $($(#[$doc])* $name,)*
        }

        /// The text of each reason.
        pub(crate) const TEXTS: &[&str] = &[$($text,)*];
    };
}

reasons! {
    None "",
    UnexpectedEnd "the text ends in the middle",
    UnexpectedCharacter "unexpected character",
    TrailingCharacters "something follows the value",
    Number "not a JSON number",
    Escape "not a valid escape",
    ControlCharacter "a control character in a string",
    DuplicateMember "duplicate member",
    NotAnObjectButNull "null and not an object",
    NotAnObjectButBoolean "a boolean and not an object",
    NotAnObjectButString "a string and not an object",
    NotAnObjectButArray "an array and not an object",
    NotAnObjectButNumber "a number and not an object",
    TooDeep "nested deeper than 32",
    TooLong "longer than 1048576 bytes",
    TooManyMembers "more than 512 members",
    StringTooLong "a string of more than 65536 bytes",
    Missing "missing",
    Empty "empty",
    NotAStringButBoolean "a boolean and not a string",
    NotAStringButArray "an array and not a string",
    NotAStringButObject "an object and not a string",
    NotAStringButNumber "a number and not a string",
    NotPrintable "has a character that is not printable ASCII",
    NotANumber "not a number of seconds",
    Negative "negative",
    NotWhole "not a whole number of seconds",
    OutOfRange "outside the range of int64",
    NotUsable "a type of token that this client cannot use",
    NotComeThoughAskedFor "missing though openid was asked for",
    NotAWebAddress "neither an https nor an http URL",
    NotHttps "plain http at an https server (RFC 8414 section 2): use https, or on loopback allowInsecureLoopback",
    IsMissing "is missing",
    IsEmpty "is empty",
    IsThereTwice "is there twice",
    IsNotEncoded "is not form-encoded",
    BelongsToAnother "belongs to another request",
    IsAnotherIssuer "is another issuer than the one that was asked",
    PortalIsMissing "portal is missing, such as example.aliyunidaas.com",
    IsInTheRequest "is in the request already",
    RegionMissing "missing, such as cn-hangzhou",
    InstanceMissing "missing, such as idaas_abc123",
    ApplicationMissing "missing, such as app_abc123",
    NotAHost "not a host alone, such as example.aliyunidaas.com, without https:// and path",
    CannotStandInIt "has a character that cannot stand in it",
    NotThreeParts "not three parts with dots between them",
    NotBase64url "not base64url",
    AnotherIssuer "another issuer, or missing",
    AnotherUser "another user than before",
    NotForThisClient "does not name this client",
    Past "past",
    InTheFuture "in the future",
    LongerAgo "longer ago than max_age allows",
    AnotherNonce "not the one of the request",
    AnotherToken "belongs to another access token",
    NotUnderstood "an extension that is not understood",
    NotAccepted "not the signature of a private key that is accepted",
    HasFragment "has a fragment",
    NotAHeaderToken "not printable ASCII without spaces",
    NotAnIssuer "not the server's https (or http) URL, such as https://as.example",
    HasQueryOrFragment "has a query or a fragment",
    NotOnLoopback "plain http beyond this machine, where others can read and change it: use https, or allowInsecureRequests",
}

/// The texts of the reasons why a text is no JSON object, which come first. The others are those of rules that JavaScript
/// has once more.
#[cfg(feature = "schema")]
pub(crate) fn of_json() -> &'static [&'static str] {
    TEXTS.get(..=Reason::TooManyMembers as usize).unwrap_or_default()
}

impl Reason {
    /// Whether the reason is that a text is no JSON object (RFC 8259), or exceeds the limits of one.
    pub(crate) fn is_about_json(self) -> bool {
        (Self::UnexpectedEnd as u8..=Self::TooManyMembers as u8).contains(&(self as u8))
    }

    /// The text of the reason, for messages.
    pub(crate) fn text(self) -> &'static str {
        TEXTS.get(self as usize).copied().unwrap_or_default()
    }
}
