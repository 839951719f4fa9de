//! How somebody signed in, and how a request wants them to.

use crate::issuer::codec::bytes::{Reader, Writer};

/// The authentication context of a sign-in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Context {
    /// Its `acr`; none for the usual one, a password.
    pub(crate) acr: Option<String>,
    /// Its `amr`; empty for a password.
    pub(crate) amr: Vec<String>,
}

impl Context {
    /// Writes the context into a sealed string or a record.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.optional_str(self.acr.as_deref()).strs(&self.amr);
    }

    /// Reads what [`Context::write`] wrote.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self { acr: reader.optional_string()?, amr: reader.strings()? })
    }
}

/// The authentication contexts that a request asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WantedContext {
    /// Those of them that sign-ins here can have, in the order of preference, separated by spaces; empty
    /// if any will do.
    pub(crate) values: String,
    /// Whether no other will do (OpenID Connect Core section 5.5.1.1).
    pub(crate) essential: bool,
}

impl WantedContext {
    /// Adds a context.
    pub(crate) fn push(&mut self, acr: &str) {
        if !self.values.is_empty() {
            self.values.push(' ');
        }
        self.values.push_str(acr);
    }

    /// Writes it into a sealed form.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.str(&self.values).bool(self.essential);
    }

    /// Reads what [`WantedContext::write`] wrote.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self { values: reader.string()?, essential: reader.bool()? })
    }
}
