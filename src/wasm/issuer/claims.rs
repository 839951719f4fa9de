//! Asking the host about claims.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::issuer::{ClaimValue, Claims, ClaimsAnswer, ClaimsContext};

use super::{config, values};

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
    let values = values::array(&(
        question.place.name(),
        &question.issuer,
        &question.client_id,
        &question.subject,
        &question.scope,
        &question.audience,
    ))?;
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
