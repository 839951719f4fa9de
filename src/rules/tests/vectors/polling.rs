//! What is decided after each poll.

use super::{Vectors, array, number_or_null};
use crate::json::ObjectWriter;
use crate::rules::failure::{Failure, Kind};
use crate::rules::polling::{DEFAULT_INTERVAL, Decision, Polling};
use crate::rules::reason::Reason;
use crate::rules::tests::texts::Random;

const ABOUT: &str = "What is decided after each poll for a device's tokens. A case begins with an interval and \
    a deadline, and has its polls in their order: what came (`answer`: oauth with a `code`, gateway, http, \
    malformed, or none), its status, the milliseconds of its Retry-After, and the time. `decision` is wait \
    with `seconds`, denied, expired or failed, and `next` the interval afterwards. `defaultInterval` is for an \
    answer without one.";

/// What came of one poll.
#[derive(Clone, Copy)]
struct Poll {
    answer: &'static str,
    code: &'static str,
    status: u16,
    retry_after: Option<i64>,
    now: i64,
}

impl Poll {
    const fn oauth(code: &'static str, now: i64) -> Self {
        Self { answer: "oauth", code, status: 400, retry_after: None, now }
    }

    const fn http(status: u16, now: i64) -> Self {
        Self { answer: "http", code: "", status, retry_after: None, now }
    }

    const fn none(now: i64) -> Self {
        Self { answer: "none", code: "", status: 0, retry_after: None, now }
    }

    const fn after(self, retry_after: i64) -> Self {
        Self { retry_after: Some(retry_after), ..self }
    }

    fn decide(self, polling: &mut Polling) -> Decision {
        let kind = match self.answer {
            "oauth" => Kind::OAuth,
            "gateway" => Kind::Gateway,
            "http" => Kind::Http,
            "malformed" => Kind::Malformed,
            _ => return polling.unreachable(self.now),
        };
        let failure = Failure { kind, reason: Reason::None };
        polling.refused(failure, self.code.as_bytes(), self.status, self.retry_after, self.now)
    }
}

const PENDING: &str = "authorization_pending";
const SLOWER: &str = "slow_down";

/// Start, polls, and what is decided of them: the seconds of a wait, or the decision.
type Case = (i64, Option<i64>, &'static [Poll], &'static [Result<i64, &'static str>]);

const PICKED: &[Case] = &[
    (5, None, &[Poll::oauth(PENDING, 0), Poll::oauth(PENDING, 5)], &[Ok(5), Ok(5)]),
    (5, Some(9), &[Poll::oauth(PENDING, 8), Poll::oauth(PENDING, 9)], &[Ok(5), Err("expired")]),
    // 5 seconds more for good, each time.
    (
        5,
        None,
        &[Poll::oauth(SLOWER, 0), Poll::oauth(PENDING, 10), Poll::oauth(SLOWER, 20)],
        &[Ok(10), Ok(10), Ok(15)],
    ),
    // A server that says 0 is not asked in a busy loop.
    (0, None, &[Poll::oauth(PENDING, 0), Poll::none(1)], &[Ok(1), Ok(2)]),
    (-7, None, &[Poll::oauth(PENDING, 0)], &[Ok(1)]),
    // Twice the time after no answer, up to a minute; a longer interval stays.
    (
        10,
        None,
        &[
            Poll::none(0),
            Poll::none(20),
            Poll::none(60),
            Poll::none(120),
            Poll::oauth(PENDING, 180),
        ],
        &[Ok(20), Ok(40), Ok(60), Ok(60), Ok(60)],
    ),
    (90, None, &[Poll::none(0), Poll::http(503, 90)], &[Ok(90), Ok(90)]),
    (5, Some(7), &[Poll::none(6), Poll::none(7)], &[Ok(10), Err("expired")]),
    (5, None, &[Poll::oauth("access_denied", 0)], &[Err("denied")]),
    (5, Some(1), &[Poll::oauth("access_denied", 9)], &[Err("denied")]),
    (5, None, &[Poll::oauth("expired_token", 0)], &[Err("expired")]),
    (5, None, &[Poll::oauth("invalid_grant", 0)], &[Err("failed")]),
    (5, None, &[Poll::oauth("", 0)], &[Err("failed")]),
    (5, None, &[Poll::oauth("Slow_down", 0)], &[Err("failed")]),
    // What the server's fault is passes.
    (
        5,
        None,
        &[Poll::http(500, 0), Poll::http(599, 10), Poll::http(429, 30)],
        &[Ok(10), Ok(20), Ok(40)],
    ),
    (5, None, &[Poll::http(400, 0)], &[Err("failed")]),
    (5, None, &[Poll::http(600, 0)], &[Err("failed")]),
    (5, None, &[Poll { answer: "malformed", ..Poll::http(503, 0) }], &[Err("failed")]),
    (5, None, &[Poll { answer: "gateway", code: SLOWER, ..Poll::http(400, 0) }], &[Err("failed")]),
    (5, None, &[Poll { answer: "gateway", code: "Throttling", ..Poll::http(429, 0) }], &[Ok(10)]),
    (5, None, &[Poll { status: 500, ..Poll::oauth("server_error", 0) }], &[Ok(10)]),
    (5, None, &[Poll { status: 503, ..Poll::oauth("access_denied", 0) }], &[Err("denied")]),
    // Retry-After counts for one wait, whole seconds, and never less than the interval.
    (
        5,
        None,
        &[Poll::oauth(PENDING, 0).after(7001), Poll::oauth(PENDING, 8).after(4000)],
        &[Ok(8), Ok(5)],
    ),
    (
        5,
        None,
        &[Poll::oauth(SLOWER, 0).after(60_000), Poll::http(503, 60).after(1)],
        &[Ok(60), Ok(20)],
    ),
];

const GENERATED: usize = 300;

#[test]
fn polls_are_decided_as_the_file_says() {
    let mut cases = Vec::new();
    let mut seen = [0; 4];
    let mut add = |interval: i64, deadline: Option<i64>, polls: &[Poll]| {
        let mut polling = Polling::new(interval, deadline);
        let mut decided = Vec::new();
        let written = polls.iter().map(|poll| {
            let decision = poll.decide(&mut polling);
            let mut object = ObjectWriter::new();
            object.string("answer", poll.answer).string("code", poll.code);
            object.integer("status", poll.status.into());
            object.raw("retryAfter", &number_or_null(poll.retry_after)).integer("now", poll.now);
            decided.push(match decision {
                Decision::Wait(seconds, slower) => {
                    object.string("decision", "wait").integer("seconds", seconds);
                    object.boolean("slower", slower);
                    seen[0] += 1;
                    Ok(seconds)
                }
                other => {
                    let (place, word) = match other {
                        Decision::Denied => (1, "denied"),
                        Decision::Expired => (2, "expired"),
                        _ => (3, "failed"),
                    };
                    object.string("decision", word);
                    seen[place] += 1;
                    Err(word)
                }
            });
            object.integer("next", polling.interval);
            object.finish()
        });
        let polls = array(written);
        let mut object = ObjectWriter::new();
        object
            .integer("interval", interval)
            .raw("deadline", &number_or_null(deadline))
            .raw("polls", &polls);
        cases.push(object.finish());
        decided
    };
    for (interval, deadline, polls, expected) in PICKED {
        assert_eq!(add(*interval, *deadline, polls), *expected, "{interval} {deadline:?}");
    }
    let mut random = Random(18);
    for _ in 0..GENERATED {
        let interval = random.pick(&[0, 1, 2, 5, 5, 5, 29, 30, 31, 59, 60, 61, 600]);
        let deadline = random.pick(&[None, Some(1000), Some(1003), Some(1010)]);
        let polls: Vec<_> = (0..1 + random.below(6) as i64)
            .map(|index| {
                let now = 995 + 3 * index + random.below(3) as i64;
                let code = random.pick(&[
                    PENDING,
                    PENDING,
                    PENDING,
                    SLOWER,
                    SLOWER,
                    "access_denied",
                    "expired_token",
                    "invalid_client",
                ]);
                let poll = match random.below(6) {
                    0 => Poll::none(now),
                    1 => Poll::http(random.pick(&[429, 500, 502, 503, 404]), now),
                    2 => Poll { status: random.pick(&[401, 429, 503]), ..Poll::oauth(code, now) },
                    3 => Poll {
                        answer: random.pick(&["gateway", "malformed"]),
                        ..Poll::http(random.pick(&[200, 400, 429, 500]), now)
                    },
                    _ => Poll::oauth(code, now),
                };
                match random.below(4) {
                    0 if poll.answer != "none" => {
                        poll.after(random.pick(&[0, 1, 999, 1000, 1001, 7000, 61_500, 86_400_000]))
                    }
                    _ => poll,
                }
            })
            .collect();
        add(interval, deadline, &polls);
    }
    assert!(seen.iter().all(|seen| *seen > 20), "{seen:?}");
    let default = [DEFAULT_INTERVAL.to_string()];
    Vectors::new("polling", ABOUT).list("defaultInterval", &default).list("cases", &cases).check();
}

#[test]
fn waits_saturate() {
    let mut polling = Polling::new(i64::MAX - 1, Some(i64::MAX));
    assert_eq!(Poll::oauth(SLOWER, 0).decide(&mut polling), Decision::Wait(i64::MAX, true));
    assert_eq!(Poll::none(0).decide(&mut polling), Decision::Wait(i64::MAX, false));
    let mut polling = Polling::new(1, None);
    let asked = Poll::oauth(PENDING, 0).after(i64::MAX);
    assert_eq!(asked.decide(&mut polling), Decision::Wait(i64::MAX / 1000, false));
}
