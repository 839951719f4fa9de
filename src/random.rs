//! Random bytes from the operating system or, in wasm, from the host's `crypto.getRandomValues`.
//!
//! Nothing else in the crate draws randomness: it is an argument everywhere.

pub use getrandom::Error;

/// Draws `N` random bytes.
///
/// # Errors
/// When the system has no randomness to give, as on a host without `crypto`.
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
