//! The driver of `openidconnect`, as tests in other languages use it.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use eiam_token::testing::TestIssuer;
use serde_json::{Value, json};

/// A driver that runs.
struct Driver {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Driver {
    fn start() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_openidconnect-driver"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, input, output: BufReader::new(output) }
    }

    fn ask(&mut self, line: &Value) -> Value {
        writeln!(self.input, "{line}").unwrap();
        let mut verdict = String::new();
        self.output.read_line(&mut verdict).unwrap();
        serde_json::from_str(&verdict).unwrap_or_else(|_| panic!("{line}: {verdict}"))
    }

    /// Ends it, and gives its status and what it said about that.
    fn end(self) -> (Option<i32>, String) {
        let Self { mut child, input, .. } = self;
        drop(input);
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (child.wait().unwrap().code(), said)
    }
}

/// An issuer that signs alice in by itself, and the line for its client.
async fn issuer() -> (TestIssuer, Value) {
    let options = TestIssuer::options().auto_sign_in("alice").auto_consent(true);
    let issuer = options.start().await.unwrap();
    let web = issuer.client("web").unwrap();
    let line = json!({
        "issuer": web.issuer(), "clientId": web.client_id, "clientSecret": web.client_secret, "milliseconds": 60_000,
    });
    (issuer, line)
}

#[tokio::test]
async fn each_line_has_its_verdict() {
    let (issuer, mut line) = issuer().await;
    let mut driver = Driver::start();
    let verdict = driver.ask(&line);
    assert_eq!((&verdict["verdict"], &verdict["sub"]), (&json!("accepted"), &json!("alice")));
    assert_eq!(
        (&verdict["email"], &verdict["expiresIn"]),
        (&json!("alice@example.com"), &json!("1200"))
    );
    assert!(verdict["version"].as_str().unwrap().starts_with("4."), "{verdict}");

    for (case, wanted, at) in [
        ("alg_none", "refused", "id_token"),
        ("callback_state_other", "refused", "callback"),
        ("metadata_token_endpoint_plain", "sent", "token"),
    ] {
        issuer.hostile().be(case).unwrap();
        let verdict = driver.ask(&line);
        assert_eq!(
            (&verdict["verdict"], &verdict["at"]),
            (&json!(wanted), &json!(at)),
            "{case}: {verdict}"
        );
        issuer.hostile().end();
    }
    issuer.hostile().be("body_slow").unwrap();
    line["milliseconds"] = 300.into();
    assert_eq!(driver.ask(&line)["verdict"], "hangs");
    issuer.hostile().end();
    line["milliseconds"] = 60_000.into();
    assert_eq!(driver.ask(&line)["verdict"], "accepted");
    assert_eq!(driver.end(), (Some(0), String::new()));
}

#[tokio::test]
async fn a_device_gets_its_codes() {
    let (issuer, mut line) = issuer().await;
    let endpoint = issuer.client("web").unwrap().server.device_authorization_endpoint;
    line["deviceAuthorizationEndpoint"] = endpoint.into();
    let mut driver = Driver::start();
    let verdict = driver.ask(&line);
    assert_eq!((&verdict["verdict"], &verdict["interval"]), (&json!("accepted"), &json!("5")));
    issuer.hostile().be("device_code_missing").unwrap();
    assert_eq!(driver.ask(&line)["at"], "device_authorization");
}

#[test]
fn a_line_that_is_wrong_ends_it() {
    for (line, problem) in [
        (json!([]), "a line must be an object"),
        (json!({ "issuer": "http://127.0.0.1" }), "`clientId` is missing"),
        (json!({ "issuer": 1 }), "`issuer` must be a text"),
        (json!({ "milliseconds": "1" }), "`milliseconds` must be a whole number"),
        (json!({ "secret": "x" }), "`secret` is unknown"),
    ] {
        let mut driver = Driver::start();
        writeln!(driver.input, "{line}").unwrap();
        let mut verdict = String::new();
        driver.output.read_to_string(&mut verdict).unwrap();
        assert_eq!(verdict, "");
        assert_eq!(driver.end(), (Some(2), format!("openidconnect-driver: {problem}\n")));
    }
}
