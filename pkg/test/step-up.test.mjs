import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { InvalidArgumentError, stepUpChallenge } from "eiam-token";

const USUAL =
  'error="insufficient_user_authentication", ' +
  'error_description="The user has to sign in again, in another way or more recently"';

describe("RFC 9470 section 3: the challenge of a resource server", () => {
  test("what is asked for", () => {
    for (const [options, expected] of [
      [undefined, `Bearer ${USUAL}`],
      [{ maxAge: 0 }, `Bearer ${USUAL}, max_age="0"`],
      [{ maxAge: 2n ** 63n }, `Bearer ${USUAL}, max_age="9223372036854775808"`],
      [{ acrValues: ["a", "urn:b"], realm: "api", scheme: "DPoP" }, `DPoP realm="api", ${USUAL}, acr_values="a urn:b"`],
      [
        { description: "More, please" },
        'Bearer error="insufficient_user_authentication", error_description="More, please"',
      ],
      [{ acrValues: [], realm: undefined }, `Bearer ${USUAL}`],
    ]) {
      assert.equal(stepUpChallenge(options), expected);
    }
  });

  test("RFC 6750 section 3: nothing leaves its quotes", () => {
    for (const text of ['a"', "a\\", "a\r\nSet-Cookie: x", "é", "\x7f", "\0", 1, null, {}]) {
      for (const [argument, options] of [
        ["realm", { realm: text }],
        ["description", { description: text }],
        ["acrValues", { acrValues: ["a", text] }],
      ]) {
        assert.throws(() => stepUpChallenge(options), { name: "InvalidArgumentError", argument });
      }
    }
    for (const options of [
      { acrValues: [""] },
      { acrValues: ["a b"] },
      { acrValues: "a" },
      { maxAge: -1 },
      { maxAge: -1n },
      { maxAge: 1.5 },
      { maxAge: Number.NaN },
      { maxAge: "5" },
      { scheme: "Basic" },
    ]) {
      assert.throws(() => stepUpChallenge(options), InvalidArgumentError);
    }
  });
});
