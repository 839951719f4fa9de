//! Asking the host about claims.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::issuer::{ClaimValue, Claims, ClaimsAnswer, ClaimsContext};

use super::config;

/// Asks one question: see `claimsSource` in pkg/src/issuer/claims.ts.
pub(super) async fn ask(host: Option<&Function>, question: ClaimsContext) -> ClaimsAnswer {
    let claims = answer(host, &question).await;
    // What goes wrong here is no more than a refusal of this request.
    let claims = claims.unwrap_or_else(|_| Err("it could not be asked".to_owned()));
    ClaimsAnswer::new(question, claims)
}

async fn answer(
    host: Option<&Function>,
    question: &ClaimsContext,
) -> Result<Result<Claims, String>, JsValue> {
    let audience = question.audience.iter().map(JsValue::from).collect::<Array>();
    let values: [JsValue; 6] = [
        question.place.name().into(),
        question.issuer.as_str().into(),
        question.client_id.as_str().into(),
        question.subject.as_deref().map_or(JsValue::UNDEFINED, JsValue::from),
        question.scope.as_str().into(),
        audience.into(),
    ];
    let values: Array = values.into_iter().collect();
    let host = host.ok_or(JsValue::UNDEFINED)?;
    let mut answer = host.call1(&JsValue::UNDEFINED, &values)?;
    if let Some(promise) = answer.dyn_ref::<Promise>() {
        answer = JsFuture::from(promise.clone()).await?;
    }
    if let Some(problem) = answer.as_string() {
        return Ok(Err(problem));
    }
    Ok(match config::value(answer, "claims") {
        Ok(ClaimValue::Object(claims)) => Ok(Claims(claims)),
        _ => Err("its claims are no values that JSON has".to_owned()),
    })
}
