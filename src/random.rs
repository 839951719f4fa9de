//! Random bytes from the operating system or, in WebAssembly, from the host's
//! `crypto.getRandomValues`.
//!
//! Nothing else in the crate draws randomness; elsewhere it is always an argument.

pub use getrandom::Error;

/// Draws `N` random bytes.
///
/// # Errors
/// Fails if the system has no source of randomness, as on a host without `crypto`.
///
/// ```
/// let pkce = eiam_token::pkce::Pkce::from_random(&eiam_token::random::bytes()?);
/// # Ok::<(), eiam_token::random::Error>(())
/// ```
pub fn bytes<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
