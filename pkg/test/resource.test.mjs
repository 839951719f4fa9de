import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { challenge, protectedResourceMetadata, protectedResourceMetadataUrl } from "eiam-token/resource";

const RESOURCE = "https://mcp.example.com/mcp";
const SERVER = "https://as.example.com";

describe("what a resource server tells its clients", () => {
  test("RFC 9728 section 3.1: the well-known name stands between host and path", () => {
    for (const [resource, url] of [
      [RESOURCE, "https://mcp.example.com/.well-known/oauth-protected-resource/mcp"],
      ["https://mcp.example.com/", "https://mcp.example.com/.well-known/oauth-protected-resource"],
      ["http://localhost:3000", "http://localhost:3000/.well-known/oauth-protected-resource"],
    ]) {
      assert.equal(protectedResourceMetadataUrl(resource), url);
    }
  });

  test("RFC 9728 section 2: metadata are plain and cannot be changed", () => {
    const metadata = protectedResourceMetadata({ resource: RESOURCE, authorizationServers: [SERVER] });
    assert.deepEqual(JSON.parse(JSON.stringify(metadata)), {
      resource: RESOURCE,
      authorization_servers: [SERVER],
      bearer_methods_supported: ["header"],
    });
    assert.ok(Object.isFrozen(metadata));
  });

  test("RFC 6750 section 3: a challenge of another shape cannot be made", () => {
    assert.equal(challenge(), "Bearer");
    assert.equal(challenge({ realm: undefined, scope: "a b" }), 'Bearer scope="a b"');
    for (const [argument, options] of [
      ["description", { description: 'a"b' }],
      ["description", { description: "" }],
      ["scope", { scope: "a\r\nset-cookie: x" }],
      ["scope", { scope: ["a"] }],
      ["error", { error: "other" }],
      ["scheme", { scheme: "Basic" }],
      ["resourceMetadata", { resourceMetadata: "https://a.example/#b" }],
      ["acrValues", { acrValues: 'a"' }],
      ["acrValues", { acrValues: ["a"] }],
      ["maxAge", { maxAge: -1 }],
      ["maxAge", { maxAge: -1n }],
      ["maxAge", { maxAge: 1.5 }],
      ["maxAge", { maxAge: Number.NaN }],
      ["maxAge", { maxAge: "5" }],
    ]) {
      assert.throws(() => challenge(options), { code: "invalid_argument", argument });
    }
  });

  test("RFC 9470 section 3: a stronger or a more recent sign-in", () => {
    const error = "insufficient_user_authentication";
    for (const [options, expected] of [
      [{ acrValues: "urn:mfa urn:b", maxAge: 300 }, 'acr_values="urn:mfa urn:b", max_age="300"'],
      [{ maxAge: 0 }, 'max_age="0"'],
      [{ maxAge: 2n ** 63n }, 'max_age="9223372036854775808"'],
      [{ acrValues: undefined, maxAge: undefined, scope: "a" }, 'scope="a"'],
    ]) {
      assert.equal(challenge({ error, ...options }), `Bearer error="${error}", ${expected}`);
    }
  });

  test("arguments are refused by their names", () => {
    for (const [argument, options] of [
      ["resource", { resource: "mcp", authorizationServers: [SERVER] }],
      ["resource", { resource: undefined, authorizationServers: [SERVER] }],
      ["authorizationServers", { resource: RESOURCE, authorizationServers: [] }],
      ["authorizationServers", { resource: RESOURCE, authorizationServers: SERVER }],
      ["authorizationServers", { resource: RESOURCE, authorizationServers: [SERVER, "as"] }],
      ["authorizationServers", { resource: RESOURCE, authorizationServers: [`${SERVER}?a`] }],
    ]) {
      assert.throws(() => protectedResourceMetadata(options), { code: "invalid_argument", argument });
    }
  });
});
