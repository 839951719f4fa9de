// Whatever a request names beside what it brings, it is answered where its state is: no isolate gives
// by itself what an object would refuse.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  BASE,
  assertion,
  client,
  endpoints,
  getCode,
  passwordForm,
  proofKey,
  refreshForm,
  startCluster,
} from "../lib/cluster.mjs";

const cluster = await startCluster();
after(() => cluster.stop());

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
const [OWN, OTHER] = ["app_090", "app_091"];
/** For a table of thousands of requests on a busy machine. */
const PATIENCE = { timeout: 900_000 };
const encode = (pairs) => new URLSearchParams(pairs).toString();
const basic = (id, secret) => ({ authorization: `Basic ${btoa(`${id}:${secret}`)}` });
const bearer = (token, scheme = "Bearer") => ({ authorization: `${scheme} ${token}` });

let turn = 0;
/** Sends to both Workers in turns. */
const send = (method, url, headers = {}, body = undefined) => cluster.send(turn++ % 2)(method, url, headers, body);
const postForm = (url, pairs, headers = {}) => send("POST", url, { ...FORM, ...headers }, encode(pairs));

async function succeed(url, form) {
  const { status, json, text } = await cluster.post(url, form);
  assert.equal(status, 200, text);
  return json;
}

/** The ways to name a client, or none: parameters of the query and of the form, and a header. */
function namings() {
  const all = [{ how: "nobody", query: {}, form: {}, headers: {} }];
  for (const [who, id] of [
    ["the owner", OWN],
    ["another client", OTHER],
    ["a stranger", "x"],
  ]) {
    const secret = client(id).client_secret;
    const by = (how, query, form, headers = {}) => all.push({ how: `${who} ${how}`, query, form, headers });
    by("in the query", { client_id: id }, {});
    by("in the form", {}, { client_id: id });
    by("with its secret", {}, { client_id: id, client_secret: secret });
    by("with a wrong secret", {}, { client_id: id, client_secret: "wrong" });
    by("by Basic", {}, {}, basic(id, secret));
    by("by Basic, with a stranger in the form", {}, { client_id: "x" }, basic(id, secret));
    by(
      "by an assertion",
      {},
      {
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: assertion(id, endpoints(OWN, { instance: true }).token),
      },
    );
    by(
      "by a forged assertion",
      { client_id: "x" },
      {
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: assertion(id, endpoints(OWN).token, "wrong"),
      },
    );
  }
  return all;
}

for (const instance of [false, true]) {
  const at = endpoints(OWN, { instance });

  describe(`at ${instance ? "the instance's server" : "an application's own server"}`, () => {
    const leaver = instance ? "carol" : "bob";
    /** What does not work any more, or never did. */
    const dead = /** @type {{ why: string, access: string, refresh: string, code: string }[]} */ ([]);
    let live;
    let transaction;

    before(async () => {
      const of = async (username, scope = `${at.scope} offline_access`) =>
        succeed(at.token, { ...passwordForm(OWN, username), scope });
      const add = (why, tokens, code) =>
        dead.push({ why, access: tokens.access_token, refresh: tokens.refresh_token, code });
      live = await of("alice");
      const used = await getCode(cluster.browser(), OWN, at);
      const redeemed = await succeed(at.token, used);
      const revoked = await of("alice");
      for (const tokens of [redeemed, revoked]) {
        for (const token of [tokens.access_token, tokens.refresh_token]) {
          await succeed(at.revoke, { token, ...client(OWN) });
        }
      }
      add("revoked", revoked, used.code);
      const removed = await of(leaver);
      assert.equal((await send("GET", at.userinfo, bearer(removed.access_token))).status, 200);
      add("of a removed user", removed, used.code);
      add("nonsense", { access_token: "ATnonsense", refresh_token: "RTnonsense" }, "COnonsense");
      const page = await cluster.browser().open(
        `${at.authorize}?${encode({
          response_type: "code",
          client_id: OWN,
          redirect_uri: "https://app.example/cb",
          scope: "openid",
          code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
          code_challenge_method: "S256",
        })}`,
      );
      transaction = /name="transaction" value="([^"]+)"/.exec(page.text)[1];
      await cluster.look("APPLICATIONS", OWN, `remove-user?id=user_${leaver}`);
    });

    after(() => cluster.evict("APPLICATIONS", OWN));

    /**
     * Every request of the table, with everything dead in its place.
     *
     * @yields {{ what: string, url: string, method?: string, form?: object, headers?: object }}
     */
    function* requests() {
      for (const { why, access, refresh, code } of dead) {
        for (const method of ["GET", "HEAD", "POST"]) {
          for (const scheme of ["Bearer", "DPoP"]) {
            yield { what: `${scheme} token ${why}`, url: at.userinfo, method, headers: bearer(access, scheme) };
          }
        }
        yield { what: `posted token ${why}`, url: at.userinfo, form: { access_token: access } };
        for (const token of [access, refresh]) {
          yield { what: `token ${why}`, url: at.introspect, form: { token } };
        }
        const tokenForms = {
          refresh_token: { refresh_token: refresh },
          authorization_code: { code, redirect_uri: "https://app.example/cb", code_verifier: "v" },
          "urn:ietf:params:oauth:grant-type:device_code": { device_code: "DCnonsense" },
        };
        for (const [grant_type, form] of Object.entries(tokenForms)) {
          yield { what: `${grant_type} ${why}`, url: at.token, form: { grant_type, ...form } };
        }
      }
      // A wrong password beside every sealed thing that works: it is counted where it is looked at.
      for (const form of [{}, { refresh_token: live.refresh_token }, { token: live.access_token }]) {
        const guess = { grant_type: "password", username: `${Object.keys(form)}`, password: "wrong" };
        yield { what: `a wrong password, ${Object.keys(form)}`, url: at.token, form: { ...guess, ...form } };
      }
      for (const form of [{ transaction }, { transaction: "TXnonsense" }, {}]) {
        // Without the browser's cookie.
        yield { what: "login", url: at.login, form: { username: "alice", password: "alice-password", ...form } };
        yield { what: "decision", url: at.decision, form: { decision: "allow", ...form } };
        yield { what: "signout", url: at.signout, form };
      }
      for (const method of ["GET", "POST"]) {
        const form = { response_type: "code", redirect_uri: "https://evil.example/", scope: "openid" };
        yield { what: "authorize", url: at.authorize, method, form };
        yield {
          what: "authorize, pushed",
          url: at.authorize,
          method,
          form: { request_uri: "urn:ietf:params:oauth:request_uri:AAAAAAAAAAAAAAAAAAAAAA" },
        };
      }
      yield { what: "par", url: at.par, form: { redirect_uri: "https://evil.example/" } };
      yield { what: "device page", url: at.devicePage, form: { user_code: "BCDF-GHJK" } };
    }

    test("nothing dead works, whomever a request names", PATIENCE, async () => {
      const wrong = [];
      let count = 0;
      for (const { what, url, method = "POST", form = {}, headers = {} } of requests()) {
        const posts = method === "POST";
        await Promise.all(
          namings().map(async (naming) => {
            const pairs = { ...form, ...(posts ? naming.form : {}) };
            const query = encode({ ...naming.query, ...(posts ? {} : { ...form, ...naming.form }) });
            const { status, text } = await send(
              method,
              query ? `${url}?${query}` : url,
              { ...(posts && FORM), ...naming.headers, ...headers },
              posts ? encode(pairs) : undefined,
            );
            count += 1;
            const isRefused = status >= 400 && status < 500;
            const says = url === at.introspect && status === 200 && text === '{"active":false}';
            if (!isRefused && !says) wrong.push(`${method} ${url} ${what}, ${naming.how}: ${status}`);
          }),
        );
      }
      assert.deepEqual(wrong, []);
      assert.ok(count > 1000, `${count}`);
    });

    test("whatever is not refused comes from an object, or is for everybody", PATIENCE, async () => {
      const wrong = [];
      let given = 0;
      const urls = Object.entries(at).filter(([name]) => name !== "scope");
      for (const [name, url] of urls) {
        const { access_token } = await succeed(at.token, passwordForm(OWN));
        for (const method of ["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE"]) {
          const posts = method === "POST";
          const all = namings();
          const answers = await Promise.all(
            all.map(({ query, form, headers }) => {
              const body = { ...form, token: access_token, scope: at.scope, user_code: "BCDF-GHJK" };
              const inQuery = encode({ ...query, ...(posts ? {} : form) });
              return send(
                method,
                inQuery ? `${url}?${inQuery}` : url,
                {
                  ...(posts && FORM),
                  ...(name === "userinfo" && bearer(access_token)),
                  ...headers,
                },
                posts ? encode(body) : undefined,
              );
            }),
          );
          const isForAll =
            method === "OPTIONS" ||
            (["discovery", "jwks"].includes(name) && ["GET", "HEAD"].includes(method)) ||
            (instance && name === "devicePage" && method === "GET");
          for (const [i, { status, headers }] of answers.entries()) {
            if (status >= 400) continue;
            given += 1;
            const by = headers.get("x-answered-by");
            if (!isForAll && by === null) wrong.push(`${method} ${url}, ${all[i].how}: ${status}`);
          }
        }
      }
      assert.deepEqual(wrong, []);
      assert.ok(given > 100, `${given}`);
    });

    test("what works goes on working, whomever a request names where that is not read", async () => {
      for (const name of [{}, { client_id: "x" }, { client_id: OTHER }, { client_id: OWN }]) {
        const url = `${at.userinfo}?${encode(name)}`;
        for (const method of ["GET", "POST"]) {
          const { status, text } = await send(method, url, bearer(live.access_token));
          assert.deepEqual([status, JSON.parse(text).sub], [200, "user_alice"]);
        }
        const posted = await postForm(url, { access_token: live.access_token });
        assert.equal(posted.status, 200);
      }
      const right = { token: live.access_token, ...client(OWN) };
      assert.equal((await succeed(at.introspect, right)).active, true);
      // RFC 7662 section 2.2: of another client's token nothing is said; RFC 7009 section 2.2.
      const elsewhere = endpoints(OTHER, { instance });
      const asked = { token: live.access_token, ...client(OTHER) };
      assert.deepEqual(await succeed(elsewhere.introspect, asked), { active: false });
      assert.deepEqual(await succeed(elsewhere.revoke, asked), {});
      assert.equal((await succeed(at.introspect, right)).active, true);
      const foreign = await postForm(elsewhere.token, { ...refreshForm(OTHER, live) });
      assert.ok(foreign.status >= 400);
      live = { ...live, ...(await succeed(at.token, refreshForm(OWN, live))) };
    });

    test("a token of another application is no token here", async () => {
      const { access_token } = await succeed(endpoints(OTHER).token, passwordForm(OTHER));
      const { status, text } = await send("GET", at.userinfo, bearer(access_token));
      assert.deepEqual([status, JSON.parse(text).error], [400, "invalid_token"]);
    });
  });
}

describe("guesses and proofs count once over all isolates", () => {
  const id = "app_092";

  for (const [how, query, form] of [
    ["the query", "?client_id=x", {}],
    ["the form", "", { client_id: "x" }],
    ["nothing", "", {}],
  ]) {
    test(`passwords at the login form, with ${how} beside it`, async () => {
      const at = endpoints("app_093", { instance: true });
      await cluster.evict("APPLICATIONS", "app_093").catch(() => undefined);
      const browser = cluster.browser();
      const page = await browser.open(
        `${at.authorize}?${encode({
          response_type: "code",
          client_id: "app_093",
          redirect_uri: "https://app.example/cb",
          scope: "openid",
          code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
          code_challenge_method: "S256",
        })}`,
      );
      const transaction = /name="transaction" value="([^"]+)"/.exec(page.text)[1];
      const cookie = [...browser.cookies].map((pair) => pair.join("=")).join("; ");
      const username = `nobody ${how}`;
      const statuses = [];
      for (let i = 0; i < 8; i++) {
        const body = { transaction, username, password: "wrong", ...form };
        statuses.push((await postForm(`${at.login}${query}`, body, { cookie })).status);
      }
      assert.deepEqual(statuses.slice(5), [429, 429, 429], `${statuses}`);
      assert.ok(
        statuses.slice(0, 5).every((status) => status >= 400 && status < 429),
        `${statuses}`,
      );
    });
  }

  test("passwords at the token endpoint, whatever sealed thing of another's is beside them", async () => {
    const at = endpoints(id, { instance: true });
    const { refresh_token } = await succeed(endpoints(OTHER).token, passwordForm(OTHER));
    const guess = { ...passwordForm(id, "nobody"), password: "wrong" };
    const statuses = [];
    for (let i = 0; i < 16; i++) {
      const answer = await postForm(at.token, i % 2 ? guess : { ...guess, refresh_token });
      if (i % 2) statuses.push(answer.status);
      else assert.equal(JSON.parse(answer.text).error, "invalid_client");
    }
    assert.deepEqual(statuses.slice(5), [429, 429, 429], `${statuses}`);
  });

  test("a proof (RFC 9449 section 11.1)", async () => {
    const prove = await proofKey();
    for (const instance of [false, true]) {
      const at = endpoints(id, { instance });
      const dpop = await prove("POST", at.token);
      const form = { grant_type: "client_credentials", scope: "api://api.example.com|read", ...client(id) };
      const tokens = [];
      for (let i = 0; i < 4; i++) tokens.push(await postForm(at.token, form, { dpop }));
      assert.deepEqual(
        tokens.map(({ status }) => status),
        [200, 400, 400, 400],
      );

      const bound = await postForm(at.token, passwordForm(id), { dpop: await prove("POST", at.token) });
      const { access_token } = JSON.parse(bound.text);
      const headers = {
        ...bearer(access_token, "DPoP"),
        dpop: await prove("GET", at.userinfo, access_token),
      };
      const statuses = [];
      for (const query of ["?client_id=x", "?client_id=x", "", `?client_id=${OTHER}`]) {
        statuses.push((await send("GET", `${at.userinfo}${query}`, headers)).status);
      }
      assert.equal(statuses[0], 200);
      assert.ok(
        statuses.slice(1).every((status) => status >= 400),
        `${statuses}`,
      );
    }
  });

  test("a client's assertion (RFC 7523 section 3)", async () => {
    const at = endpoints(OWN, { instance: true });
    const { access_token } = await succeed(at.token, passwordForm(OWN));
    for (const [url, form] of [
      [at.introspect, { token: "ATnonsense" }],
      [at.introspect, { token: access_token }],
      [at.revoke, { token: "ATnonsense" }],
      [at.token, { grant_type: "client_credentials", scope: "api://api.example.com|read" }],
    ]) {
      const body = {
        ...form,
        client_assertion_type: ASSERTION_TYPE,
        client_assertion: assertion(OWN, at.token),
      };
      const statuses = [];
      for (let i = 0; i < 4; i++) statuses.push((await postForm(url, body)).status);
      assert.equal(statuses[0], 200, url);
      assert.ok(
        statuses.slice(1).every((status) => status >= 400),
        `${url} ${statuses}`,
      );
    }
  });
});

test("an object hears from Cloudflare who sent a request", async () => {
  for (const at of [endpoints(OWN), endpoints(OWN, { instance: true })]) {
    for (const [headers, source] of [
      [{ "cf-connecting-ip": "2001:db8::7" }, "2001:db8::7"],
      [{ "x-forwarded-for": "192.0.2.1", "x-real-ip": "192.0.2.1", forwarded: "for=192.0.2.1" }, "unknown"],
    ]) {
      const { status, headers: fields } = await postForm(at.token, passwordForm(OWN), headers);
      assert.deepEqual([status, fields.get("x-sent-from")], [200, source]);
    }
  }
});

describe("requests that belong to no object", () => {
  const at = endpoints("", { instance: true });

  test("are refused, whatever their path and method", async () => {
    const query = encode({ response_type: "code", redirect_uri: "https://app.example/cb", scope: "openid" });
    for (const [method, url] of [
      ["GET", `${at.authorize}?${query}`],
      ["POST", `${at.authorize}?${query}`],
      ["GET", at.logout],
      ["POST", at.logout],
      ["GET", `${at.logout}?client_id=`],
      ["GET", `${at.logout}?client_id=x`],
      ["GET", `${at.logout}?id_token_hint=x.y.z`],
      ["GET", `${at.logout}?state=s&post_logout_redirect_uri=${encodeURIComponent("https://app.example/bye")}`],
      ["POST", at.login],
      ["POST", at.decision],
      ["POST", at.signout],
      ["GET", BASE],
      ["GET", `${BASE}//api/whoami`],
      ["POST", `${BASE}//api/v2/iauths_system/oauth2/token`],
      ["POST", `${BASE}/api/v2/iauths_system//oauth2/token`],
      ["POST", `${BASE}/api/v2/iauths_system/oauth2/%74oken`],
      ["POST", `${BASE}/API/v2/iauths_system/oauth2/token`],
      ["POST", `${BASE}/v2/idaas_example/app%5F090/oauth2/token`],
      ["GET", `${BASE}/v2/idaas_example/app_090%2Foauth2/userinfo`],
      ["GET", `${BASE}/v2/idaas_example/..;/oauth2/userinfo`],
      ["GET", `${BASE}/login/app/%2e%2e/oauth2/logout`],
      ["GET", `${BASE}/login/app/common/oauth2/logout/`],
      ["POST", `${BASE}/v2/idaas_none/authorizationServer/iauths_system/oauth2/token`],
    ]) {
      for (const headers of [{}, { cookie: "__Host-eiam_session=SEx; __Host-eiam_browser=BRx" }]) {
        const { status } = await send(method, url, headers, method === "POST" ? "" : undefined);
        assert.ok(status >= 400 && status < 500, `${method} ${url}: ${status}`);
      }
    }
    const { status, text } = await send("GET", at.logout);
    assert.equal(status, 400);
    assert.match(text, /^<!doctype html>.*client_id or id_token_hint/s);
  });

  test("signing out names the application by client_id or by a hint, and then ends its session", async () => {
    for (const naming of ["client_id", "id_token_hint"]) {
      const own = endpoints(OWN, { instance: true });
      const browser = cluster.browser();
      const { id_token } = await succeed(own.token, await getCode(browser, OWN, own));
      const value = naming === "client_id" ? OWN : id_token;
      let page = await browser.open(`${own.logout}?${encode({ [naming]: value })}`);
      if (page.text.includes('name="transaction"')) page = await browser.submit(page, { transaction: undefined });
      assert.equal(page.status, 200);
      await assert.rejects(getCode(browser, OWN, own, { signsIn: false }), /no code/);
      // One that contradicts itself is refused.
      const both = encode({ client_id: OTHER, id_token_hint: id_token });
      assert.equal((await send("GET", `${own.logout}?${both}`)).status, 400);
    }
  });

  test("the alias of the instance's server is the same place", async () => {
    const { access_token } = await succeed(endpoints(OWN, { instance: true }).token, passwordForm(OWN));
    const alias = `${BASE}/v2/idaas_example/authorizationServer/iauths_system/oauth2`;
    assert.equal((await send("GET", `${alias}/userinfo?client_id=x`, bearer(access_token))).status, 200);
    await succeed(`${alias}/revoke`, { token: access_token, ...client(OWN) });
    const refused = await send("GET", `${alias}/userinfo?client_id=x`, bearer(access_token));
    assert.equal(refused.status, 400);
    const device = await succeed(`${alias}/device/code`, client(OWN));
    const { devicePage } = endpoints(OWN, { instance: true });
    const entered = await postForm(devicePage, device, { "cf-connecting-ip": "192.0.2.90" });
    assert.equal(entered.headers.get("x-answered-by"), OWN);
  });

  test("several Authorization fields, and parameters twice", async () => {
    const own = endpoints(OWN, { instance: true });
    const { access_token } = await succeed(own.token, passwordForm(OWN));
    await succeed(own.revoke, { token: access_token, ...client(OWN) });
    for (const [url, pairs, headers] of [
      [own.userinfo, [], { authorization: `Basic eDp4, Bearer ${access_token}` }],
      [own.userinfo, [], { authorization: `Bearer ${access_token}, Bearer ${access_token}` }],
      [
        own.userinfo,
        [
          ["access_token", access_token],
          ["access_token", "x"],
        ],
        {},
      ],
      [own.userinfo, [["access_token", access_token]], bearer(access_token)],
      [`${own.userinfo}?access_token=${access_token}`, [["access_token", access_token]], {}],
      [`${own.userinfo}?a=%zz`, [], bearer(access_token)],
      [
        `${own.introspect}?client_id=${OWN}`,
        [
          ["client_id", OWN],
          ["token", access_token],
        ],
        {},
      ],
      [
        own.introspect,
        [
          ["client_id", "x"],
          ["client_id", OWN],
          ["token", access_token],
        ],
        {},
      ],
    ]) {
      const { status } = await postForm(url, pairs, headers);
      assert.ok(status >= 400 && status < 500, `${url}: ${status}`);
    }
  });
});
