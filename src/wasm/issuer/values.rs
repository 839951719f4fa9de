//! Handing values to JavaScript.

use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use super::error;

/// Values of a struct in their order, as an array. Integers of 64 bits are bigints.
pub(super) fn array(values: &impl Serialize) -> Result<JsValue, JsValue> {
    let serializer = Serializer::new().serialize_large_number_types_as_bigints(true);
    values.serialize(&serializer).map_err(error::internal)
}
