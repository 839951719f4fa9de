//! Which tokens of other clients an application may introspect and exchange.

use super::claims::ClaimValue;
use super::plain::{FromPlain, Problem, deserialized};
use serde::Serialize;

/// Which access tokens an application may ask about at the introspection endpoint (RFC 7662 section 4), or
/// exchange (RFC 8693 section 2.1), beside those that it was given itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(into = "ClaimValue")]
#[non_exhaustive]
pub enum Introspects {
    /// Those for the resources that it runs.
    #[default]
    Own,
    /// And those that are for one of these audiences.
    Audiences(Vec<String>),
    /// And those of all clients.
    All,
}

const OWN: &str = "own";
const ALL: &str = "all";

impl FromPlain for Introspects {
    fn from_plain(value: ClaimValue) -> Result<Self, Problem> {
        let audience = |item| match item {
            ClaimValue::String(text) if !text.is_empty() => Some(text),
            _ => None,
        };
        let read = match value {
            ClaimValue::String(word) if word == OWN => Some(Self::Own),
            ClaimValue::String(word) if word == ALL => Some(Self::All),
            ClaimValue::Array(items) => {
                items.into_iter().map(audience).collect::<Option<_>>().map(Self::Audiences)
            }
            _ => None,
        };
        read.ok_or_else(|| Problem::new("expected own, all, or an array of audiences".to_owned()))
    }
}

deserialized!(Introspects);

impl From<Introspects> for ClaimValue {
    fn from(value: Introspects) -> Self {
        match value {
            Introspects::Own => Self::String(OWN.to_owned()),
            Introspects::All => Self::String(ALL.to_owned()),
            Introspects::Audiences(list) => {
                Self::Array(list.into_iter().map(Self::String).collect())
            }
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Introspects {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Introspects".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "anyOf": [
                { "enum": [OWN, ALL] },
                { "type": "array", "items": { "type": "string", "minLength": 1 } },
            ],
        })
    }
}
