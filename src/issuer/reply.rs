//! What the issuer answers, before its tokens are signed.

use core::fmt;

use crate::base64url;
use crate::http::HttpResponse;

/// Stands in a body where a signed token goes. The JSON writer escapes every control character, so
/// this byte is in a body for no other reason.
const MARK: u8 = 0;

/// The JSON string that [`Reply::complete`] replaces with the next signed token.
pub(crate) const TOKEN_MARK: &str = "\"\0\"";

/// The answer to a request. All checks are made and all state is changed; signatures may be missing.
#[derive(Debug)]
pub struct Reply {
    response: HttpResponse,
    inputs: Vec<String>,
}

impl Reply {
    pub(crate) fn new(response: HttpResponse) -> Self {
        Self { response, inputs: Vec::new() }
    }

    /// An answer with a [`TOKEN_MARK`] in its body for each input.
    pub(crate) fn unsigned(response: HttpResponse, inputs: Vec<String>) -> Self {
        Self { response, inputs }
    }

    pub(crate) fn response_mut(&mut self) -> &mut HttpResponse {
        &mut self.response
    }

    /// What is to be signed with RS256 and the current key: ASCII `header.payload` each. Empty for
    /// most replies.
    #[must_use]
    pub fn signing_inputs(&self) -> &[String] {
        &self.inputs
    }

    /// Fills in the signatures, in the order of [`Reply::signing_inputs`].
    ///
    /// # Errors
    /// When their number is not that of the inputs.
    pub fn complete(self, signatures: &[Vec<u8>]) -> Result<HttpResponse, SignatureCount> {
        let Self { mut response, inputs } = self;
        if inputs.len() != signatures.len() {
            return Err(SignatureCount { expected: inputs.len(), given: signatures.len() });
        }
        if inputs.is_empty() {
            return Ok(response);
        }
        let mut body = Vec::with_capacity(response.body.len() + inputs.len() * 1024);
        let mut tokens = inputs.iter().zip(signatures);
        for (index, piece) in response.body.split(|byte| *byte == MARK).enumerate() {
            if index > 0
                && let Some((input, signature)) = tokens.next()
            {
                body.extend_from_slice(input.as_bytes());
                body.push(b'.');
                body.extend_from_slice(base64url::encode(signature).as_bytes());
            }
            body.extend_from_slice(piece);
        }
        response.body = body;
        Ok(response)
    }
}

/// The number of signatures is not the number of things to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureCount {
    /// How many the reply needs.
    pub expected: usize,
    /// How many were given.
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
    use crate::json::ObjectWriter;

    #[test]
    fn signatures_go_where_the_marks_are() {
        let mut body = ObjectWriter::new();
        body.raw("a", TOKEN_MARK).string("text", "a\0b").raw("b", TOKEN_MARK);
        let response = HttpResponse::new(200, body.finish());
        let reply = Reply::unsigned(response, vec!["h.p".into(), "h.q".into()]);
        let response = reply.complete(&[vec![1], vec![2]]).unwrap();
        assert_eq!(response.body, br#"{"a":"h.p.AQ","text":"a\u0000b","b":"h.q.Ag"}"#);
    }

    #[test]
    fn refuses_another_number_of_signatures() {
        let reply = Reply::unsigned(HttpResponse::new(200, ""), vec!["h.p".into()]);
        let error = reply.complete(&[]).unwrap_err();
        assert_eq!((error.expected, error.given), (1, 0));
    }
}
