import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Client } from "eiam-token";
import { facebookDevice, gitHub, google, linkedIn, slack, square, tikTok, twitch } from "eiam-token/providers";

const facebook = facebookDevice({ appId: "1", clientToken: "t" });
const token = "tokenEndpoint";
const device = "deviceAuthorizationEndpoint";
const pages = { user_code: "C", verification_uri: "https://as.example/device" };
const slackAnswer = {
  ok: true,
  access_token: "xoxb-1",
  refresh_token: "xoxe-bot",
  expires_in: 43200,
  token_type: "bot",
  scope: "a,b",
  team: { id: "T" },
  authed_user: { id: "U", access_token: "xoxp-1", token_type: "user", scope: "c,d" },
};
const facebookError = {
  message: "m",
  type: "OAuthException",
  code: 190,
  error_subcode: 463,
  is_transient: false,
  error_user_title: "T",
  error_user_msg: "U",
  fbtrace_id: "F",
};

/** Answers that presets translate, each with a member that no standard knows. */
const answers = [
  ["Facebook's error", facebook, token, 400, { error: facebookError, extra: 1 }],
  ["Facebook's error at the start", facebook, device, 400, { error: facebookError, extra: 1 }],
  ["Facebook's device code", facebook, device, 200, { code: "D", ...pages, extra: 1 }],
  ["Facebook's tokens", facebook, token, 200, { access_token: "a", extra: 1 }],
  ["Twitch's error", twitch(), token, 400, { status: 400, message: "invalid device code", extra: 1 }],
  ["Twitch's error with a word", twitch(), token, 401, { error: "Unauthorized", status: 401, message: "no", extra: 1 }],
  ["Twitch's error at the start", twitch(), device, 400, { status: 400, message: "missing scope", extra: 1 }],
  ["Twitch's tokens", twitch(), token, 200, { access_token: "a", token_type: "bearer", scope: ["a", "b"], extra: 1 }],
  ["GitHub's error", gitHub(), token, 200, { error: "token_expired", extra: 1 }],
  ["GitHub's tokens", gitHub(), token, 200, { access_token: "a", token_type: "bearer", scope: "a,b", extra: 1 }],
  ["GitHub's user", gitHub(), "userinfoEndpoint", 200, { id: 5, login: "o", extra: 1 }],
  [
    "Google's device code",
    google(),
    device,
    200,
    { device_code: "D", user_code: "C", verification_url: "u", extra: 1 },
  ],
  ["Google's error", google(), device, 403, { error_code: "rate_limit_exceeded", extra: 1 }],
  ["LinkedIn's tokens", linkedIn(), token, 200, { access_token: "a", scope: "a,b", extra: 1 }],
  ["Slack's tokens", slack(), token, 200, { ...slackAnswer, extra: 1 }],
  ["Slack's tokens of the user", slack({ token: "user" }), token, 200, { ...slackAnswer, extra: 1 }],
  ["Square's tokens", square(), token, 200, { access_token: "a", expires_at: "2026-01-02T15:04:05.5Z", extra: 1 }],
  ["TikTok's tokens", tikTok(), token, 200, { access_token: "a", scope: "a,b", extra: 1 }],
  ["an answer with original", gitHub(), token, 200, { original: { scope: "x" }, access_token: "a", scope: "a,b" }],
];

describe("no member of an answer is lost", () => {
  for (const [name, { parse }, endpoint, status, answer] of answers) {
    test(name, () => {
      const { original = {}, ...others } = JSON.parse(parse(JSON.stringify(answer), { endpoint, status }));
      assert.notDeepEqual({ ...others, original }, { ...answer, original: {} }, "the preset changes it");
      for (const [member, value] of Object.entries(answer)) {
        assert.deepEqual(member in original ? original[member] : others[member], value, member);
      }
      // Nothing stands there twice: a secret would be stored twice as well.
      for (const member in original) assert.notDeepEqual(others[member], original[member], member);
    });
  }
});

/** What a client with a preset reads of an answer of the token endpoint. */
function read(preset, status, body) {
  return new Client({ ...preset, clientId: "1" }).parseTokenResponse({ status, body: JSON.stringify(body) });
}

describe("a translated answer tells what the server said", () => {
  test("Facebook's error, whose object has its members beside the translated ones", () => {
    assert.throws(
      () => read(facebook, 400, { error: facebookError, trace: "X" }),
      ({ error, description, members }) => {
        assert.deepEqual([error, description], ["facebook_463", "U"]);
        const translated = { error: "facebook_463", error_description: "U", original: { error: facebookError } };
        assert.deepEqual(members, { ...facebookError, trace: "X", ...translated });
        return true;
      },
    );
  });

  test("Facebook's error without readable numbers or texts has a word of its own", () => {
    for (const [error, word, description] of [
      [{ code: 2, message: "m", error_user_msg: 5 }, "facebook_2", "m"],
      [{ error_subcode: "1349174" }, "authorization_pending", undefined],
      [{ error_subcode: "constructor", code: {} }, "facebook_error", undefined],
      [{}, "facebook_error", undefined],
    ]) {
      assert.throws(() => read(facebook, 400, { error }), { code: "oauth_error", error: word, description });
    }
  });

  test("Twitch's error", () => {
    const answer = { error: "Bad Request", status: 400, message: "Invalid refresh token" };
    assert.throws(
      () => read(twitch(), 400, answer),
      ({ error, members }) => {
        assert.equal(error, "invalid_grant");
        const translated = { error, error_description: answer.message, original: { error: "Bad Request" } };
        assert.deepEqual(members, { ...answer, ...translated });
        return true;
      },
    );
    for (const [message, error] of [
      ["Invalid client secret.", "invalid_client_secret"],
      ["无效", "twitch_400"],
      ["", "twitch_400"],
    ]) {
      assert.throws(() => read(twitch(), 400, { status: 400, message }), { code: "oauth_error", error }, message);
    }
  });

  test("Twitch's errors of every endpoint", async () => {
    const fetch = async () => new Response('{"status":400,"message":"Invalid token"}', { status: 400 });
    const rp = new Client({ ...twitch({ fetch }), clientId: "1" });
    for (const call of [rp.deviceAuthorize(), rp.revoke("t"), rp.userInfo("t"), rp.refresh("r")]) {
      const { code, error, members } = await call.then(assert.fail, (refusal) => refusal);
      assert.deepEqual([code, error, members.message], ["oauth_error", "invalid_token", "Invalid token"]);
    }
  });

  test("Google's exceeded quota", () => {
    const response = { status: 403, body: '{"error_code":"rate_limit_exceeded"}' };
    const rp = new Client({ ...google(), clientId: "1" });
    assert.throws(() => rp.parseDeviceAuthorization(response), { code: "oauth_error", error: "rate_limit_exceeded" });
  });

  test("the app's own token beside the user's, at Slack", () => {
    const { members, accessToken } = read(slack({ token: "user" }), 200, slackAnswer);
    assert.equal(accessToken, "xoxp-1");
    const { access_token, refresh_token, expires_in, token_type, scope } = slackAnswer;
    assert.deepEqual(members.original, { access_token, refresh_token, expires_in, token_type, scope });
  });

  test("what stands in a member that was replaced", () => {
    const date = "2026-01-02T15:04:05.5Z";
    const typed = { access_token: "a", token_type: "bearer" };
    assert.deepEqual(read(square(), 200, { ...typed, expires_at: date }).members.original, { expires_at: date });
    assert.deepEqual(read(twitch(), 200, { ...typed, scope: [] }).members.original, { scope: [] });
    assert.deepEqual(read(slack(), 200, slackAnswer).members.original, { token_type: "bot", scope: "a,b" });
    assert.equal(read(gitHub(), 200, { ...typed, scope: "a" }).members.original, undefined);
  });
});
