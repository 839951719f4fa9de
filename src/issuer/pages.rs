//! The pages that people see: plain HTML, nothing from elsewhere, and no script but for the one line
//! that sends an answer on as a form. Each is a template in `pages/templates`.
//!
//! Names and ids are part of the interface, for tests and password managers: the fields `username`,
//! `password` and `user_code`, the buttons `decision=allow` and `decision=deny`, the hidden field
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
