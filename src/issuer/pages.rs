//! The pages that people see. They are plain HTML and load nothing. The only script is the line
//! that submits the response to a client as a form. Each page is a template in `pages/templates`.
//!
//! Tests and password managers rely on some names: the fields `username`, `password` and
//! `user_code`, the buttons `decision=allow` and `decision=deny`, and the hidden field
//! `transaction`.

mod device;
mod done;
mod form_post;
mod frame;
mod html;
mod index;
mod logout;
mod refusal;
mod sign_in;
#[cfg(test)]
mod tests;
mod text;

pub(crate) use frame::{Form, Pages};
pub(crate) use index::{IssuerEntry, MAX_ENTRIES};
pub(crate) use sign_in::Asked;
