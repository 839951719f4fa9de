//! The wasm-bindgen bindings: conversions only, no protocol rules.

#[cfg(feature = "client")]
mod client;
#[cfg(feature = "issuer")]
mod issuer;
#[cfg(feature = "issuer")]
mod webcrypto;

/// Smaller and faster than the default allocator of this target. Nothing of it is in the client's module,
/// which never allocates.
#[cfg(not(target_feature = "atomics"))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
