//! A request in the journal.

use serde_json::{Map, Value, json};

use crate::http::{HttpRequest, HttpResponse};
use crate::issuer::Refused;
use crate::testing::facts::Facts;

use super::mask;

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Decision {
    /// It got what it asked for.
    Granted,
    /// A page was shown, on which the user goes on.
    Shown,
    /// It was refused by a rule.
    Refused,
    /// The test answered it, and the issuer never saw it.
    Scripted,
}

impl Decision {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Granted, Self::Shown, Self::Refused, Self::Scripted];

    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Shown => "shown",
            Self::Refused => "refused",
            Self::Scripted => "scripted",
        }
    }
}

/// A request, what was decided about it, and why. It has no secrets: what might be one is masked to its length.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// Its number: 1 for the first request, and so on.
    pub sequence: u64,
    /// When it was decided, by the time that the issuer saw, in Unix seconds.
    pub time: i64,
    /// The method's name.
    pub method: &'static str,
    /// The path below the base URL.
    pub path: String,
    /// The endpoint, such as `token`; none for a path that no endpoint has.
    pub endpoint: Option<&'static str>,
    /// The id of the client, as the path or the request says it.
    pub client: Option<String>,
    /// The grant type.
    pub grant: Option<String>,
    /// The id of the user, as far as the request says it.
    pub user: Option<String>,
    /// The header fields that matter, masked.
    pub headers: Vec<(&'static str, String)>,
    /// The parameters of the query and the form, masked.
    pub parameters: Vec<(String, String)>,
    /// The status of the response.
    pub status: u16,
    /// What became of it.
    pub decision: Decision,
    /// By which rule it was refused.
    pub refused: Option<Refused>,
    /// Why the token that it presents does not work, where the issuer says no more than that it does not.
    pub because: Option<String>,
    /// What the test did to it or to its response: scripted answers and hostile cases.
    pub changes: Vec<String>,
}

impl Entry {
    /// The entry of a request before it is decided.
    pub(crate) fn of(facts: &Facts, request: &HttpRequest, time: i64) -> Self {
        Self {
            sequence: 0,
            time,
            method: facts.method,
            path: facts.path.clone(),
            endpoint: facts.endpoint,
            client: facts.client.clone(),
            grant: facts.grant.clone(),
            user: facts.user.clone(),
            headers: mask::headers(request),
            parameters: mask::parameters(request),
            status: 0,
            decision: Decision::Scripted,
            refused: None,
            because: None,
            changes: Vec::new(),
        }
    }

    /// How many octets its texts have, and about as many as the rest of it.
    pub(super) fn octets(&self) -> usize {
        let one = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let pairs = |pairs: usize| pairs.saturating_mul(size_of::<(String, String)>());
        let refused = self.refused.as_ref().map_or(0, |refused| {
            let Refused { rule, description, sent, setting, request_id, .. } = refused;
            let texts = [rule.len(), description.len(), sent.len(), setting.len(), one(request_id)];
            texts.into_iter().fold(0, usize::saturating_add)
        });
        let texts = [
            size_of::<Self>(),
            self.path.len(),
            one(&self.client),
            one(&self.grant),
            one(&self.user),
            one(&self.because),
            refused,
            pairs(self.headers.len()),
            pairs(self.parameters.len()),
        ];
        let headers = self.headers.iter().map(|(_, value)| value.len());
        let parameters =
            self.parameters.iter().map(|(name, value)| name.len().saturating_add(value.len()));
        let changes = self.changes.iter().map(String::len);
        let all = texts.into_iter().chain(headers).chain(parameters).chain(changes);
        all.fold(0, usize::saturating_add)
    }

    /// Notes what the issuer decided.
    pub(crate) fn decided(&mut self, refused: Option<&Refused>) {
        self.decision = if refused.is_some() { Decision::Refused } else { Decision::Granted };
        self.refused = refused.cloned();
    }

    /// Adds `error_uri` to a refusal in JSON (RFC 6749 section 5.2): the page about its rule.
    pub(crate) fn explain(&self, response: &mut HttpResponse) {
        let media_type = response.headers.value("content-type").unwrap_or_default();
        let page = self.page().filter(|_| media_type.starts_with("application/json"));
        if let Some(page) = page
            && response.body.starts_with(b"{\"error\":")
            && response.body.pop_if(|last| *last == b'}').is_some()
        {
            response.body.extend_from_slice(format!(",\"error_uri\":\"{page}\"}}").as_bytes());
        }
    }

    /// Notes the response that is sent.
    pub(crate) fn answered(&mut self, response: &HttpResponse) {
        self.status = response.status;
        let media_type = response.headers.value("content-type").unwrap_or_default();
        if self.decision == Decision::Granted
            && response.status == 200
            && media_type.starts_with("text/html")
        {
            self.decision = Decision::Shown;
        }
    }

    /// The page about the rule by which it was refused.
    #[must_use]
    pub fn page(&self) -> Option<String> {
        self.refused.as_ref().map(|refused| page(&refused.rule))
    }

    /// The entry as an object of JSON. What is not known is left out.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut object = Map::new();
        let mut put = |name: &str, value: Value| {
            if !matches!(&value, Value::Null) && value != json!("") && value != json!([]) {
                object.insert(name.to_owned(), value);
            }
        };
        put("sequence", json!(self.sequence));
        put("time", json!(self.time));
        put("method", json!(self.method));
        put("path", json!(self.path));
        put("endpoint", json!(self.endpoint));
        put("client", json!(self.client));
        put("grant", json!(self.grant));
        put("user", json!(self.user));
        put("headers", members(self.headers.iter().map(|(name, value)| (*name, value.as_str()))));
        let pairs = self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        put("parameters", members(pairs));
        put("status", json!(self.status));
        put("decision", json!(self.decision.name()));
        put("because", json!(self.because));
        put("changes", json!(self.changes));
        if let Some(refused) = &self.refused {
            put("rule", json!(refused.rule));
            put("section", json!(refused.section));
            put("error", json!(refused.error));
            put("description", json!(refused.description));
            put("right", json!(refused.right));
            put("sent", json!(refused.sent));
            put("setting", json!(refused.setting));
            put("request_id", json!(refused.request_id));
            put("page", json!(page(&refused.rule)));
        }
        Value::Object(object)
    }
}

/// The page about a rule.
pub(crate) fn page(rule: &str) -> String {
    [REPOSITORY, "/blob/main/docs/rules/", rule, ".md"].concat()
}

/// Where the pages about the rules stand.
const REPOSITORY: &str = env!("CARGO_PKG_REPOSITORY");

/// An object of these members. A name that occurs more than once has an array.
fn members<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Value {
    let mut object = Map::new();
    for (name, value) in pairs {
        match object.get_mut(name) {
            None => {
                object.insert(name.to_owned(), json!(value));
            }
            Some(Value::Array(values)) => values.push(json!(value)),
            Some(one) => *one = json!([one, value]),
        }
    }
    Value::Object(object)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_name_has_an_array() {
        let pairs = [("a", "1"), ("b", "2"), ("a", "3"), ("a", "4")];
        assert_eq!(members(pairs.into_iter()), json!({ "a": ["1", "3", "4"], "b": "2" }));
    }

    #[test]
    fn a_page_is_one_that_there_is() {
        for rule in crate::issuer::rules() {
            let file = format!("{}/docs/rules/{}.md", env!("CARGO_MANIFEST_DIR"), rule.name);
            assert!(std::path::Path::new(&file).exists(), "{file}: run npm run generate");
            assert!(page(&rule.name).ends_with(&format!("/docs/rules/{}.md", rule.name)));
        }
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let facts = Facts { method: "GET", path: "/x".to_owned(), ..Facts::default() };
        let mut entry = Entry::of(&facts, &HttpRequest::get("/x"), 5);
        entry.decided(None);
        entry.answered(&HttpResponse::new(200, "").header("content-type", "text/html"));
        assert_eq!(
            entry.to_json(),
            json!({
                "sequence": 0, "time": 5, "method": "GET", "path": "/x", "headers": {},
                "parameters": {}, "status": 200, "decision": "shown",
            })
        );
    }
}
