//! The JSON Schema of a configuration. It is made from the structs and their comments. This file
//! adds what they do not say: the lists of words, and those checks that a schema can express.

use std::borrow::Cow;
use std::marker::PhantomData;

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::bounds::{MAX_CLAIM_NAME, MAX_RETRY, RESERVED_CLAIMS, RESERVED_TOKEN_CLAIMS};
use super::words::{self, Word};
use crate::issuer::jose::algorithm::SigningAlgorithm;
use crate::pkce::Method;

/// The JSON Schema of a type, as JSON.
pub(super) fn text_of<T: JsonSchema>() -> String {
    let mut schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
    RecursiveTransform(tidy).transform(&mut schema);
    let mut text = serde_json::to_string_pretty(&schema).unwrap_or_default();
    text.push('\n');
    text
}

/// Joins the lines of each comment to a paragraph, and removes formats, which do not help to check.
fn tidy(schema: &mut Schema) {
    if let Some(description) = schema.get("description").and_then(|value| value.as_str()) {
        let description = description.split_whitespace().collect::<Vec<_>>().join(" ");
        schema.insert("description".to_owned(), description.into());
    }
    schema.remove("format");
}

/// An origin and perhaps a path, or the word for what each request says.
pub(super) const BASE_URL: &str = "^(https?://[^/@]+(/.*[^/])?|request)$";

/// A host in lower case, and perhaps a port or `*`.
pub(super) const HOST: &str = r"^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:(\*|[1-9][0-9]{0,4}))?$";

/// What stands in paths and tokens.
pub(super) const ID: &str = "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$";

/// The id of a user (OpenID Connect Core section 2, `sub`), or a name of an authentication context or
/// method.
pub(super) const NAME: &str = "^[!-~]{1,255}$";

/// RFC 6749 section 3.3.
pub(super) const SCOPE: &str = r"^[!#-\[\]-~]+$";

/// The same without the mark of a resource server.
pub(super) const PLAIN_SCOPE: &str = r"^[!#-\[\]-{}~]+$";

/// A secret that a header can carry.
pub(super) const INITIAL_TOKEN: &str = "^[!-~]{20,512}$";

/// RFC 8707 section 2: an absolute URI without a fragment.
pub(super) const RESOURCE: &str = r#"^[A-Za-z][A-Za-z0-9+.-]*:[^\s#"<>\\^`{|}]+$"#;

/// A word of `T`.
pub(super) struct OneOf<T>(PhantomData<T>);

impl<T: Word> JsonSchema for OneOf<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "OneOf".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "enum": words::all::<T>() })
    }
}

/// A word of `T`, which has a name of its own in the schema.
pub(super) struct Named<T>(PhantomData<T>);

impl<T: Word + Title> JsonSchema for Named<T> {
    fn schema_name() -> Cow<'static, str> {
        T::TITLE.into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": T::DESCRIPTION, "enum": words::all::<T>() })
    }
}

/// What a type that is made of the schema is called, and what it says.
pub(super) trait Title {
    const TITLE: &'static str;
    const DESCRIPTION: &'static str;
}

impl Title for SigningAlgorithm {
    const TITLE: &'static str = "SigningAlgorithm";
    const DESCRIPTION: &'static str =
        "An algorithm of signatures (RFC 7518 section 3.1, RFC 8037 section 3.1).";
}

impl Title for Method {
    const TITLE: &'static str = "PkceMethod";
    const DESCRIPTION: &'static str =
        "How a challenge is made of a verifier (RFC 7636 section 4.2).";
}

/// Words of `T`.
pub(super) struct SomeOf<T>(PhantomData<T>);

impl<T: Word + Title> JsonSchema for SomeOf<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "SomeOf".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "array",
            "items": { "title": T::TITLE, "description": T::DESCRIPTION, "enum": words::all::<T>() },
        })
    }
}

/// Makes types that stand for a schema without a name of its own.
macro_rules! inline {
    ($($(#[$doc:meta])* $name:ident = $schema:tt;)*) => {$(
        $(#[$doc])*
        pub(super) struct $name;

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    )*};
}

inline! {
    /// What claims may not hold.
    Claims = { "type": "object", "propertyNames": { "not": { "enum": RESERVED_CLAIMS } } };

    /// What claims of access tokens may not hold.
    TokenClaims = {
        "type": "object",
        "propertyNames": {
            "not": { "enum": ([&RESERVED_CLAIMS[..], &RESERVED_TOKEN_CLAIMS].concat()) },
        },
    };

    /// The name of a custom claim.
    CustomClaimName = {
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_CLAIM_NAME,
        "not": { "enum": RESERVED_CLAIMS },
    };

    /// Any JSON value.
    AnyValue = {};

    /// Any object.
    AnyObject = { "type": "object", "propertyNames": { "minLength": 1 } };

    /// A public key.
    PublicJwk = { "type": "object" };
}

/// A private key.
pub(super) struct PrivateJwk;

impl JsonSchema for PrivateJwk {
    fn schema_name() -> Cow<'static, str> {
        "PrivateJwk".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A private key as a JWK (RFC 7517): RSA of 2048 bits at least, P-256, P-384, P-521, or Ed25519.",
            "type": "object",
            "properties": {
                "kty": {
                    "description": "The kind of key (RFC 7517 section 4.1).",
                    "type": "string",
                    "anyOf": [{ "enum": ["RSA", "EC", "OKP"] }],
                },
                "kid": {
                    "description": "Default: its thumbprint (RFC 7638) behind `KEY`.",
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 256,
                },
            },
            "required": ["kty"],
            "additionalProperties": true,
        })
    }
}

/// Seconds that something lives.
pub(super) fn lifetimes(schema: &mut Schema) {
    between(schema, 1, i64::MAX);
    if let Some(retry) = schema.pointer_mut("/properties/refreshTokenRetry")
        && let Ok(retry) = retry.try_into()
    {
        bound(retry, 0, MAX_RETRY);
    }
}

/// Places that there are: as many as 32 bits count.
pub(super) fn limits(schema: &mut Schema) {
    between(schema, 0, u32::MAX.into());
}

fn between(schema: &mut Schema, least: i64, most: i64) {
    let properties = schema.get_mut("properties").and_then(|value| value.as_object_mut());
    for property in properties.into_iter().flat_map(|properties| properties.values_mut()) {
        if let Ok(property) = property.try_into() {
            bound(property, least, most);
        }
    }
}

fn bound(property: &mut Schema, least: i64, most: i64) {
    property.insert("minimum".to_owned(), least.into());
    property.insert("maximum".to_owned(), most.into());
}
