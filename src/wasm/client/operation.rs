//! The operations and their numbers. `pkg/src/client/operation.ts` has the same list, in the same
//! order.

macro_rules! operations {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What the client's export can do.
        #[derive(Clone, Copy)]
        pub(super) enum Operation {
            $($(#[$doc])* $name,)*
        }

        const ALL: &[Operation] = &[$(Operation::$name,)*];
    };
}

operations! {
    /// Octets: 32 random ones. Gives verifier and challenge.
    GeneratePkce,
    /// Takes a verifier, gives its challenge.
    CodeChallenge,
    /// Takes a JSON text, gives the seconds that it stands for.
    ParseSeconds,
    /// Takes region, instance, application, portal, authorization server and whether the
    /// DeveloperAPI is meant; gives the server's metadata.
    EiamServer,
    /// Takes whether plain http is allowed on loopback, a client, and its endpoints but for the issuer.
    CheckClient,
    /// Takes an issuer and whether OAuth's place is meant; gives the metadata's URL.
    DiscoveryRequest,
    /// Takes an answer, the issuer, and whether plain http is allowed on loopback; gives the server's
    /// metadata.
    ParseDiscovery,
    /// Takes an endpoint, a client, redirect URI, scope and further parameters; octets: 64 random
    /// ones. Gives the URL, `state`, nonce, verifier and `max_age`.
    AuthorizationRequest,
    /// Takes a client, the `state` that was sent, and a callback; gives the code.
    ParseCallback,
    /// Takes an endpoint, a client, code, redirect URI, verifier and further parameters; gives a request.
    AuthorizationCode,
    /// Takes an endpoint, a client, a device code and further parameters; gives a request.
    DeviceCode,
    /// Takes an endpoint, a client, a refresh token, scope and further parameters; gives a request.
    RefreshToken,
    /// Takes an endpoint, a client, scope and further parameters; gives a request.
    ClientCredentials,
    /// Takes an endpoint, a client, name, password, scope and further parameters; gives a request.
    Password,
    /// Takes an answer and the present; gives the members of the answer, the deadline by the clock of
    /// the present, and how far the server's clock is ahead.
    ParseTokens,
    /// Takes an endpoint, a client, scope and further parameters; gives a request.
    DeviceAuthorization,
    /// Takes an answer, the present, the endpoint, and whether plain http is allowed on loopback; gives the
    /// members of the answer and the deadline.
    ParseDeviceAuthorization,
    /// Takes an answer, the present, the interval and the deadline; gives what
    /// `ParseTokens` does; or an empty field, the seconds to wait, the interval, and whether the
    /// server asked to go slower; or an empty field and "denied" or "expired".
    ParseDevicePoll,
    /// As `ParseDevicePoll`, for a poll that got no answer.
    DeviceUnreachable,
    /// Takes a client and an access token; gives a request.
    UserInfoRequest,
    /// Takes an answer and the `sub` that is expected.
    ParseUserInfo,
    /// Takes an endpoint, a client, a token and a hint; gives a request.
    RevocationRequest,
    /// Takes an answer.
    ParseRevocation,
    /// Takes an endpoint, a client, a token and a hint; gives a request.
    IntrospectionRequest,
    /// Takes an answer; gives `active`, `exp`, `iat` and `nbf`.
    ParseIntrospection,
    /// Takes an endpoint, a client, an id_token, redirect URI, state and further parameters; gives
    /// a request.
    LogoutUrl,
    /// Takes an id_token, gives header and claims.
    DecodeIdToken,
    /// Takes a client, an id_token, nonce, `max_age`, subject, access token, the present and the
    /// tolerance; gives header and claims.
    CheckIdToken,
    /// Takes an endpoint and a client; gives a request.
    KeySetRequest,
    /// Takes an answer, gives the keys.
    ParseKeySet,
    /// Takes algorithm, key id and keys; gives the key.
    SelectKey,
    /// Takes a client's id, algorithm, key id, audience and the present; octets: 16 random ones.
    /// Gives what is to be signed.
    ClientAssertion,
}

impl Operation {
    pub(super) fn from_number(number: u8) -> Option<Self> {
        ALL.get(usize::from(number)).copied()
    }
}
