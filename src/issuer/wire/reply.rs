//! The issuer's reply, whose tokens are not signed yet.

use core::fmt;
use std::borrow::Cow;

use crate::base64url;
use crate::http::HttpResponse;
use crate::issuer::jose::sign::Unsigned;
use crate::issuer::wire::decision::Note;
#[cfg(feature = "testing")]
use crate::issuer::wire::decision::Refused;

/// Marks where a signed token is inserted in a body or in a `location`. JSON, HTML and URLs are
/// written without control characters, so this one occurs nowhere else.
pub(crate) const MARK: &str = "\0";

/// The JSON string that [`Reply::complete`] replaces with the next signed token.
pub(crate) const TOKEN_MARK: &str = "\"\0\"";

/// The reply to a request. All checks and all changes have been made, but signatures may be
/// missing.
#[derive(Debug)]
pub struct Reply {
    response: HttpResponse,
    unsigned: Vec<Unsigned>,
    /// By which rule the request was refused.
    #[cfg(feature = "testing")]
    refused: Option<Box<Refused>>,
}

/// What has to be signed for a reply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningInput<'a> {
    /// The id of the key that signs: that of
    /// [`Issuer::signing_key`](crate::issuer::Issuer::signing_key), or of another key of the
    /// configuration, where a resource or an application has its own algorithm.
    pub kid: &'a str,
    /// An ASCII text `header.payload`.
    pub text: Cow<'a, str>,
}

impl Reply {
    /// A reply that needs no signature.
    pub(crate) fn new(response: HttpResponse) -> Self {
        Self::unsigned(response, Vec::new())
    }

    /// An answer with a [`MARK`] for each token, in its body or in its `location`.
    pub(crate) fn unsigned(response: HttpResponse, unsigned: Vec<Unsigned>) -> Self {
        Self {
            response,
            unsigned,
            #[cfg(feature = "testing")]
            refused: None,
        }
    }

    /// By which rule the request was refused; none if it was granted, or only a page was shown.
    #[cfg(feature = "testing")]
    #[must_use]
    pub fn refused(&self) -> Option<&Refused> {
        self.refused.as_deref()
    }

    /// The response, for adding header fields.
    pub(crate) fn response_mut(&mut self) -> &mut HttpResponse {
        &mut self.response
    }

    /// The response, in which the signed tokens are missing.
    #[cfg(feature = "testing")]
    pub(crate) fn response(&self) -> &HttpResponse {
        &self.response
    }

    /// What has to be signed.
    #[cfg(feature = "testing")]
    pub(crate) fn unsigned_parts(&mut self) -> &mut [Unsigned] {
        &mut self.unsigned
    }

    /// What has to be signed first.
    #[cfg(feature = "testing")]
    pub(crate) fn first_unsigned(&self) -> Option<&Unsigned> {
        self.unsigned.first()
    }

    /// What has to be signed next if these signatures are made; `None` if nothing is left. Most replies
    /// need no signature. A token can contain the hash of the one before it, so they are signed one
    /// after the other.
    ///
    /// ```
    /// # use eiam_token::issuer::Reply;
    /// fn sign_all(reply: Reply, sign: impl Fn(&str, &[u8]) -> Vec<u8>) {
    ///     let mut signatures = Vec::new();
    ///     while let Some(input) = reply.signing_input(&signatures) {
    ///         let signature = sign(input.kid, input.text.as_bytes());
    ///         signatures.push(signature);
    ///     }
    ///     let response = reply.complete(&signatures);
    /// }
    /// ```
    #[must_use]
    pub fn signing_input(&self, signatures: &[Vec<u8>]) -> Option<SigningInput<'_>> {
        let unsigned = self.unsigned.get(signatures.len())?;
        Some(SigningInput {
            kid: &unsigned.kid,
            text: unsigned.text(|| self.last_token(signatures)),
        })
    }

    /// The token of the last of these signatures; empty if there is none.
    fn last_token(&self, signatures: &[Vec<u8>]) -> String {
        let Some((signature, former)) = signatures.split_last() else {
            return String::new();
        };
        let text = self.unsigned.get(former.len()).map(|it| it.text(|| self.last_token(former)));
        let mut token = text.unwrap_or_default().into_owned();
        token.push('.');
        token.push_str(&base64url::encode(signature));
        token
    }

    /// Fills in the signatures, in the order in which [`Reply::signing_input`] asked for them.
    ///
    /// # Errors
    /// Fails if there are not as many signatures as needed.
    pub fn complete(self, signatures: &[Vec<u8>]) -> Result<HttpResponse, SignatureCount> {
        if self.unsigned.len() != signatures.len() {
            let (expected, given) = (self.unsigned.len(), signatures.len());
            return Err(SignatureCount { expected, given });
        }
        let mut tokens = (1..=signatures.len())
            .map(|count| self.last_token(signatures.get(..count).unwrap_or_default()))
            .collect::<Vec<_>>()
            .into_iter();
        let Self { mut response, unsigned, .. } = self;
        if unsigned.is_empty() {
            return Ok(response);
        }
        if response.headers.value("location").is_some() {
            let fields = core::mem::take(&mut response.headers);
            response.headers = fields
                .iter()
                .map(|(name, value)| (name.to_owned(), fill(value.as_bytes(), &mut tokens)))
                .map(|(name, value)| (name, String::from_utf8(value).unwrap_or_default()))
                .collect();
            return Ok(response);
        }
        response.body = fill(&response.body, &mut tokens);
        Ok(response)
    }
}

impl Note {
    /// Leaves the note on a reply.
    #[cfg(feature = "testing")]
    pub(crate) fn on(self, mut reply: Reply) -> Reply {
        reply.refused = Some(self.0);
        reply
    }

    /// Leaves the reply as it is.
    #[cfg(not(feature = "testing"))]
    #[inline(always)]
    pub(crate) fn on(self, reply: Reply) -> Reply {
        reply
    }
}

/// Puts tokens in the place of the marks.
fn fill(text: &[u8], tokens: &mut impl Iterator<Item = String>) -> Vec<u8> {
    let mut filled = Vec::with_capacity(text.len() + 1024);
    for (index, piece) in text.split(|byte| MARK.as_bytes().contains(byte)).enumerate() {
        if index > 0 {
            filled.extend_from_slice(tokens.next().unwrap_or_default().as_bytes());
        }
        filled.extend_from_slice(piece);
    }
    filled
}

impl From<HttpResponse> for Reply {
    fn from(response: HttpResponse) -> Self {
        Self::new(response)
    }
}

/// The number of signatures is not the required one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureCount {
    /// The number of signatures that the reply needs.
    pub expected: usize,
    /// The number of signatures that were passed.
    pub given: usize,
}

impl fmt::Display for SignatureCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the reply needs {} signatures and {} were given", self.expected, self.given)
    }
}

impl core::error::Error for SignatureCount {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issuer::jose::algorithm::SigningAlgorithm;
    use crate::issuer::jose::jwk::PublicJwk;
    use crate::issuer::jose::sign::{HASH, half_hash};
    use crate::json::ObjectWriter;

    fn unsigned(claims: &str) -> Unsigned {
        Unsigned::new(&PublicJwk::ed25519("eA").with_kid("k"), "JWT", claims.to_owned())
    }

    /// The token that a text with this signature makes.
    fn token(claims: &str, signature: &[u8]) -> String {
        let header = r#"{"kid":"k","typ":"JWT","alg":"EdDSA"}"#;
        let parts = [header.as_bytes(), claims.as_bytes(), signature];
        parts.map(base64url::encode).join(".")
    }

    #[test]
    fn signatures_go_where_the_marks_are() {
        let mut body = ObjectWriter::new();
        body.raw("a", TOKEN_MARK).string("text", "a\0b").raw("b", TOKEN_MARK);
        let response = HttpResponse::new(200, body.finish());
        let reply = Reply::unsigned(response, vec![unsigned("{}"), unsigned("[]")]);
        let response = reply.complete(&[vec![1], vec![2]]).unwrap();
        let (a, b) = (token("{}", &[1]), token("[]", &[2]));
        let expected = format!(r#"{{"a":"{a}","text":"a\u0000b","b":"{b}"}}"#);
        assert_eq!(response.body, expected.as_bytes());
    }

    #[test]
    fn signatures_go_into_a_redirect() {
        let location = format!("https://a#t={MARK}&b=c&u={MARK}");
        let response = HttpResponse::new(303, "").header("location", location);
        let reply = Reply::unsigned(response, vec![unsigned("{}"), unsigned("[]")]);
        let response = reply.complete(&[vec![1], vec![2]]).unwrap();
        let (t, u) = (token("{}", &[1]), token("[]", &[2]));
        let expected = format!("https://a#t={t}&b=c&u={u}");
        assert_eq!(response.headers.value("location"), Some(&*expected));
    }

    #[test]
    fn a_token_says_the_hash_of_the_one_before_it() {
        let claims = format!(r#"{{"at_hash":"{HASH}"}}"#);
        let response = HttpResponse::new(200, format!("{MARK} {MARK}"));
        let reply = Reply::unsigned(response, vec![unsigned("{}"), unsigned(&claims)]);
        let first = reply.signing_input(&[]).unwrap();
        assert_eq!((first.kid, format!("{}.AQ", first.text)), ("k", token("{}", &[1])));
        let hash = half_hash(&token("{}", &[1]), SigningAlgorithm::EdDsa);
        let second = token(&claims.replace(HASH, &hash), &[2]);
        let input = reply.signing_input(&[vec![1]]).unwrap();
        assert_eq!(format!("{}.Ag", input.text), second);
        assert_eq!(reply.signing_input(&[vec![1], vec![2]]), None);
        let response = reply.complete(&[vec![1], vec![2]]).unwrap();
        assert_eq!(response.body, format!("{} {second}", token("{}", &[1])).as_bytes());
    }

    #[test]
    fn refuses_another_number_of_signatures() {
        let reply = Reply::unsigned(HttpResponse::new(200, ""), vec![unsigned("{}")]);
        let error = reply.complete(&[]).unwrap_err();
        assert_eq!((error.expected, error.given), (1, 0));
    }
}
