//! Goes through sign-ins with the crate `openidconnect`, for tests in other languages.
//!
//! Each line of the standard input is a JSON object that says what to do, and each is answered with one line of the
//! standard output: the verdict, a JSON object too. It ends with the standard input.
//!
//! | Member of the line | Value |
//! |---|---|
//! | `issuer` | The issuer's URL. It has to sign its user in by itself (`autoSignIn`, `autoConsent`) |
//! | `clientId` | The client's id |
//! | `clientSecret` | Its secret; left out for a public client |
//! | `redirectUri` | Where the browser comes back. Nobody has to listen there. Default: `http://127.0.0.1:8700/cb` |
//! | `scope` | What is asked for beside `openid`, divided by spaces. Default: `email` |
//! | `deviceAuthorizationEndpoint` | If it is there, a device asks for its codes there and nobody signs in |
//! | `milliseconds` | How long all of it may take. Default: 10000 |
//!
//! | `verdict` | Meaning | More members |
//! |---|---|---|
//! | `accepted` | The user is signed in, and userinfo was asked | `sub`, `email`, `expiresIn` (null if not told), in digits; of a device `verificationUri`, `expiresIn`, `interval`, in digits |
//! | `refused` | The crate does not go on | `at` (`discovery`, `authorization`, `callback`, `token`, `id_token`, `userinfo`, `device_authorization`), `reason` |
//! | `sent` | The crate sent a request to a host of somebody else, where nobody listens | `at`, `reason` |
//! | `hangs` | It was not over in time | |
//! | `crashes` | The crate panicked | |
//!
//! Each verdict has `version` too, the crate's. What is done at a callback is the driver's own: the crate has no function
//! for it. It compares `state` and takes the first `code`, as the crate's documentation says. Requests have no time limit
//! but `milliseconds`, because the crate sets none. A line that is not understood ends the driver with the reason on
//! standard error and the status 2.

use std::io::{BufRead, Write};
use std::process::ExitCode;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use eiam_token_rust_peers::{Refused, Wanted, browser, device, sign_in};
use serde_json::{Value, json};

fn main() -> ExitCode {
    for line in std::io::stdin().lock().lines() {
        let verdict = line.map_err(|error| error.to_string()).and_then(|line| answer(&line));
        let written = match verdict {
            Ok(verdict) => writeln!(std::io::stdout(), "{verdict}"),
            Err(problem) => {
                eprintln!("openidconnect-driver: {problem}");
                return ExitCode::from(2);
            }
        };
        // Nobody reads any more.
        if written.is_err() {
            break;
        }
    }
    ExitCode::SUCCESS
}

/// What is to be done.
struct Task {
    wanted: Wanted,
    device: Option<String>,
    time: Duration,
}

/// Does what a line says.
fn answer(line: &str) -> Result<Value, String> {
    let task = read(line)?;
    let time = task.time;
    let (sender, verdict) = mpsc::channel();
    // A thread of its own may panic, and is left alone if it hangs.
    thread::spawn(move || sender.send(run(&task)));
    let mut verdict = match verdict.recv_timeout(time) {
        Ok(verdict) => verdict,
        Err(RecvTimeoutError::Timeout) => json!({ "verdict": "hangs" }),
        Err(RecvTimeoutError::Disconnected) => json!({ "verdict": "crashes" }),
    };
    verdict["version"] = version().into();
    Ok(verdict)
}

fn run(task: &Task) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let outcome = runtime.block_on(async {
        // What comes endlessly is not read for longer than somebody waits.
        let limited = tokio::time::timeout(task.time, async {
            match &task.device {
                Some(endpoint) => device::begin(&task.wanted, endpoint).await.map(of_device),
                None => {
                    let redirect_uri = task.wanted.redirect_uri.clone();
                    let open = async |url: &str| browser::open(url, &redirect_uri).await;
                    sign_in::sign_in(&task.wanted, open).await.map(of_user)
                }
            }
        });
        limited.await
    });
    match outcome {
        Ok(Ok(accepted)) => accepted,
        Ok(Err(Refused { at, reason, is_sent })) => {
            let verdict = if is_sent { "sent" } else { "refused" };
            json!({ "verdict": verdict, "at": at, "reason": reason })
        }
        Err(_) => json!({ "verdict": "hangs" }),
    }
}

fn of_user(user: sign_in::SignedIn) -> Value {
    let expires_in = user.expires_in.map(seconds);
    json!({ "verdict": "accepted", "sub": user.subject, "email": user.email, "expiresIn": expires_in })
}

fn of_device(codes: device::Codes) -> Value {
    json!({
        "verdict": "accepted",
        "verificationUri": codes.verification_uri,
        "expiresIn": seconds(codes.expires_in),
        "interval": seconds(codes.interval),
    })
}

/// As text, because other languages round large numbers.
fn seconds(time: Duration) -> String {
    time.as_secs().to_string()
}

/// Reads a line.
fn read(line: &str) -> Result<Task, String> {
    let line: Value = serde_json::from_str(line).map_err(|error| format!("no JSON: {error}"))?;
    let members = line.as_object().ok_or("a line must be an object")?;
    const TEXTS: [&str; 6] = [
        "issuer",
        "clientId",
        "clientSecret",
        "redirectUri",
        "scope",
        "deviceAuthorizationEndpoint",
    ];
    for (name, value) in members {
        match name.as_str() {
            "milliseconds" if value.is_u64() => {}
            "milliseconds" => return Err("`milliseconds` must be a whole number".to_owned()),
            name if !TEXTS.contains(&name) => return Err(format!("`{name}` is unknown")),
            name if !value.is_string() => return Err(format!("`{name}` must be a text")),
            _ => {}
        }
    }
    let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
    let needed = |name: &str| text(name).ok_or_else(|| format!("`{name}` is missing"));
    let scope = text("scope").unwrap_or_else(|| "email".to_owned());
    let wanted = Wanted {
        issuer: needed("issuer")?,
        client_id: needed("clientId")?,
        client_secret: text("clientSecret"),
        redirect_uri: text("redirectUri").unwrap_or_else(|| "http://127.0.0.1:8700/cb".to_owned()),
        scopes: scope.split_whitespace().map(str::to_owned).collect(),
    };
    let time = members.get("milliseconds").and_then(Value::as_u64).unwrap_or(10_000);
    let device = text("deviceAuthorizationEndpoint");
    Ok(Task { wanted, device, time: Duration::from_millis(time) })
}

/// The version of the crate, as the lock file has it.
fn version() -> &'static str {
    let lock = include_str!("Cargo.lock");
    let (_, rest) = lock.split_once("name = \"openidconnect\"\nversion = \"").unwrap_or_default();
    rest.split('"').next().unwrap_or_default()
}
