//! What the layer leaves to the application.

use core::error::Error;
use core::future::Future;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::client::id_token::Signature;
use crate::http::{HttpRequest, HttpResponse};
use crate::resource::ProofUse;

/// Sends requests, verifies signatures, remembers proofs, and knows the time.
pub trait Backend: Send + Sync + 'static {
    /// Why there is no response.
    type Error: Into<Box<dyn Error + Send + Sync>>;

    /// Sends a request to an issuer and returns its response, whatever its status is. It must not follow redirects,
    /// because credentials follow nobody elsewhere, and must end after some seconds, because requests wait for it. A
    /// response of more than 256 KiB is refused, so no more than that needs to be read.
    fn send(
        &self,
        request: HttpRequest,
    ) -> impl Future<Output = Result<HttpResponse, Self::Error>> + Send;

    /// Whether a public key, a JWK as JSON text, made a signature. The type of the key is that of the algorithm. With the
    /// feature `rustcrypto` it is what [`rustcrypto::is_genuine`](crate::rustcrypto::is_genuine) says, unless you have
    /// another library.
    #[cfg(feature = "rustcrypto")]
    fn is_genuine(&self, key: &str, signature: &Signature) -> bool {
        crate::rustcrypto::is_genuine(key, signature)
    }

    /// Whether a public key, a JWK as JSON text, made a signature. The type of the key is that of the algorithm. With the
    /// feature `rustcrypto` there is a library for it already.
    #[cfg(not(feature = "rustcrypto"))]
    fn is_genuine(&self, key: &str, signature: &Signature) -> bool;

    /// Remembers the use of a proof, and returns whether it was not there before. It is called only if used proofs are not
    /// remembered by the server itself ([`remembering_elsewhere`](crate::resource::ResourceServer::remembering_elsewhere));
    /// without a memory no proof counts.
    fn remember(&self, _proof: ProofUse) -> impl Future<Output = Result<bool, Self::Error>> + Send {
        async { Ok(false) }
    }

    /// The time in Unix seconds, by the system's clock.
    fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    }
}
