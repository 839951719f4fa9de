//! The issuer's reply, whose tokens are not signed yet.

use core::fmt;

use crate::base64url;
use crate::http::HttpResponse;

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
    inputs: Vec<String>,
}

impl Reply {
    /// A reply that needs no signature.
    pub(crate) fn new(response: HttpResponse) -> Self {
        Self { response, inputs: Vec::new() }
    }

    /// A reply that still needs signatures. The response has a [`MARK`] for each input: either all
    /// in its body, or one in its `location`.
    pub(crate) fn unsigned(response: HttpResponse, inputs: Vec<String>) -> Self {
        Self { response, inputs }
    }

    /// The response, for adding header fields.
    pub(crate) fn response_mut(&mut self) -> &mut HttpResponse {
        &mut self.response
    }

    /// What has to be signed with the current
    /// [`Issuer::signing_key`](crate::issuer::Issuer::signing_key): an ASCII text `header.payload`
    /// for each signature. Empty for most replies.
    #[must_use]
    pub fn signing_inputs(&self) -> &[String] {
        &self.inputs
    }

    /// Fills in the signatures, in the order of [`Reply::signing_inputs`].
    ///
    /// # Errors
    /// Fails if there are not as many signatures as inputs.
    pub fn complete(self, signatures: &[Vec<u8>]) -> Result<HttpResponse, SignatureCount> {
        let Self { mut response, inputs } = self;
        if inputs.len() != signatures.len() {
            return Err(SignatureCount { expected: inputs.len(), given: signatures.len() });
        }
        if inputs.is_empty() {
            return Ok(response);
        }
        let mut tokens = inputs.iter().zip(signatures).map(|(input, signature)| {
            let mut token = input.clone();
            token.push('.');
            token.push_str(&base64url::encode(signature));
            token
        });
        if response.headers.value("location").is_some() {
            let fields = core::mem::take(&mut response.headers);
            response.headers = fields
                .iter()
                .map(|(name, value)| match value.split_once(MARK) {
                    Some((before, after)) => {
                        let token = tokens.next().unwrap_or_default();
                        (name.to_owned(), format!("{before}{token}{after}"))
                    }
                    None => (name.to_owned(), value.to_owned()),
                })
                .collect();
            return Ok(response);
        }
        let mut body = Vec::with_capacity(response.body.len() + inputs.len() * 1024);
        for (index, piece) in response.body.split(|byte| MARK.as_bytes().contains(byte)).enumerate()
        {
            if index > 0 {
                body.extend_from_slice(tokens.next().unwrap_or_default().as_bytes());
            }
            body.extend_from_slice(piece);
        }
        response.body = body;
        Ok(response)
    }
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
    fn a_signature_goes_into_a_redirect() {
        let response =
            HttpResponse::new(303, "").header("location", format!("https://a#t={MARK}&b=c"));
        let reply = Reply::unsigned(response, vec!["h.p".into()]);
        let response = reply.complete(&[vec![1]]).unwrap();
        assert_eq!(response.headers.value("location"), Some("https://a#t=h.p.AQ&b=c"));
    }

    #[test]
    fn refuses_another_number_of_signatures() {
        let reply = Reply::unsigned(HttpResponse::new(200, ""), vec!["h.p".into()]);
        let error = reply.complete(&[]).unwrap_err();
        assert_eq!((error.expected, error.given), (1, 0));
    }
}
