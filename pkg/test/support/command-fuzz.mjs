import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { mutator, nasty, randomFrom } from "./command-requests.mjs";
import { Browser } from "./issuer-browser.mjs";

/**
 * Fuzzes what the command listens on with raw bytes: the server of "eiam-token issuer", and the loopback
 * address at which "eiam-token token" waits for the browser. Run as a program it does so for a time:
 *
 *   node pkg/test/support/command-fuzz.mjs --seconds 3600 [--seed 1]
 */

const COMMAND = fileURLToPath(new URL("../../bin/eiam-token.js", import.meta.url));

/** How many connections are open at a time. */
const TOGETHER = 16;

/** How long a connection on which nothing comes is kept, in milliseconds. It decides nothing but the speed. */
const IDLE = 100;

/** What must not come out of the command, whatever went in. */
const UNPRINTABLE = /[\0-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

/**
 * @typedef {object} Running a command that runs
 * @property {import("node:child_process").ChildProcess} child
 * @property {() => string} errors all that it wrote on standard error
 * @property {() => string} output the last of what it wrote on standard output
 * @property {Promise<number | null>} ended its exit code
 */

/**
 * @param {string[]} args
 * @returns {Running}
 */
function start(args) {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, EIAM_TOKEN_CLIENT_SECRET: "", EIAM_TOKEN_PASSWORD: "" },
  });
  let [output, errors, unprintable] = ["", "", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => {
    if (UNPRINTABLE.test(text)) unprintable ||= JSON.stringify(text);
    output = (output + text).slice(-10_000);
  });
  child.stderr.setEncoding("utf8").on("data", (text) => (errors += text));
  const ended = once(child, "close").then(([code]) => code);
  return {
    child,
    ended,
    errors: () => errors,
    output() {
      assert.equal(unprintable, "");
      return output;
    },
  };
}

/**
 * What it says, once it says so.
 *
 * @param {Running} running
 * @param {RegExp} pattern
 */
async function says({ child, errors, output, ended }, pattern) {
  const over = ended.then((code) => assert.fail(`it ended with ${code}: ${errors()}`));
  over.catch(() => {});
  for (;;) {
    const match = pattern.exec(output()) ?? pattern.exec(errors());
    if (match) return match;
    await Promise.race([once(child.stdout, "data"), once(child.stderr, "data"), over]);
  }
}

/**
 * Sends bytes on a connection of their own, and gives what comes back until it ends.
 *
 * @param {number} port
 * @param {Buffer} bytes
 * @param {() => number} random decides how they are sent
 * @returns {Promise<string>}
 */
function send(port, bytes, random) {
  const [pieces, ends] = [random() < 0.2 ? 2 : 1, random()];
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    let answer = "";
    const finish = () => socket.destroy();
    socket.setTimeout(IDLE, finish);
    socket.on("data", (chunk) => {
      if (answer.length < 100_000) answer += chunk.toString("latin1");
    });
    // Whoever sends such things is cut off, now and then.
    socket.on("error", finish);
    socket.on("end", finish);
    socket.on("close", () => resolve(answer));
    socket.on("connect", () => {
      socket.setNoDelay(true);
      if (pieces === 1) socket.write(bytes);
      else {
        const half = bytes.length >> 1;
        socket.write(bytes.subarray(0, half), () => socket.write(bytes.subarray(half)));
      }
      // Some go away at once, some have said all, some wait for ever.
      if (ends < 0.05) socket.destroySoon();
      else if (ends < 0.6) socket.end();
    });
  });
}

/**
 * Sends cases until there are no more.
 *
 * @param {number} port
 * @param {Iterator<Buffer>} cases
 * @param {() => number} random
 * @param {() => void} check throws where the command does not do what it should
 * @returns {Promise<number>} how many there were
 */
async function sendAll(port, cases, random, check) {
  let sent = 0;
  const worker = async () => {
    for (let next = cases.next(); !next.done; next = cases.next()) {
      const bytes = next.value;
      const answer = await send(port, bytes, random);
      sent++;
      try {
        // Where there is an answer it is one of HTTP, and none says that the command is at a loss.
        assert.match(answer, /^(?:$|HTTP\/1\.1 (?!50[0234])[1-5]\d\d )/);
        check();
      } catch (error) {
        throw new Error(`${error.message}\nafter the ${bytes.length} bytes ${bytes.toString("hex").slice(0, 20_000)}`, {
          cause: error,
        });
      }
    }
  };
  await Promise.all(Array.from({ length: TOGETHER }, worker));
  return sent;
}

/**
 * @param {string} host
 * @param {string} path
 * @param {() => number} random
 * @param {() => boolean} goesOn
 */
function* casesFor(host, path, random, goesOn) {
  yield* nasty(host, path);
  const next = mutator(host, path, random);
  while (goesOn()) yield next();
}

/** How long to go on: for so many cases, or so many seconds. @param {{ cases?: number, seconds?: number }} limit */
function limitOf({ cases = Infinity, seconds = Infinity }) {
  const end = performance.now() + seconds * 1000;
  return () => cases-- > 0 && performance.now() < end;
}

/** @type {import("./issuer-browser.mjs").Send} */
async function browse(method, url, headers, body) {
  const response = await fetch(url, { method, headers, body, redirect: "manual" });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Starts an issuer. */
async function startIssuer() {
  const issuer = start(["issuer", "--port", "0"]);
  const [, address] = await says(issuer, /listening on (\S+)\n/);
  return { ...issuer, address };
}

/** @param {Running} running */
function isUnharmed({ child, errors, output }, expected = "") {
  assert.equal(child.exitCode ?? child.signalCode, null, errors());
  if (expected === "") assert.equal(errors(), "");
  output();
}

/**
 * Sends an issuer requests; it must then answer as before, and end when it is told to.
 *
 * @param {{ seed: number, cases?: number, seconds?: number }} options
 */
export async function fuzzIssuer({ seed, ...limit }) {
  const random = randomFrom(seed);
  const issuer = await startIssuer();
  try {
    const { host, port } = new URL(issuer.address);
    const path = "/login/app/app_spa/oauth2/authorize";
    const cases = casesFor(host, path, random, limitOf(limit));
    const sent = await sendAll(Number(port), cases, random, () => isUnharmed(issuer));
    const body = new URLSearchParams({
      ...{ grant_type: "client_credentials", client_id: "app_machine" },
      client_secret: "CSmachineExampleSecretThatEverybodyKnows123456",
    });
    const response = await fetch(`${issuer.address}/v2/idaas_example/app_machine/oauth2/token`, {
      method: "POST",
      body,
    });
    assert.equal(response.status, 200);
    assert.match((await response.json()).access_token, /^AT/);
    issuer.child.kill("SIGTERM");
    assert.equal(await issuer.ended, 0, issuer.errors());
    assert.equal(issuer.errors(), "");
    return sent;
  } finally {
    issuer.child.kill("SIGKILL");
  }
}

/**
 * Sends a waiting "token" requests; it must go on waiting, and then print the token alone, whoever still
 * holds a connection open.
 *
 * @param {{ seed: number, cases?: number, seconds?: number }} options
 */
export async function fuzzToken({ seed, ...limit }) {
  const random = randomFrom(seed);
  const issuer = await startIssuer();
  const token = start([
    "token",
    "--issuer",
    `${issuer.address}/v2/idaas_example/app_spa/oidc`,
    "--client-id",
    "app_spa",
    "--scope",
    "openid",
  ]);
  try {
    const [said, url] = await says(token, /Sign in at\n\n {2}(\S+)\n\n/);
    const { host, port, pathname } = new URL(new URL(url).searchParams.get("redirect_uri"));
    const cases = casesFor(host, pathname, random, limitOf(limit));
    const check = () => {
      isUnharmed(token, said);
      assert.ok(token.errors().endsWith(said), token.errors());
      assert.equal(token.output(), "");
    };
    const sent = await sendAll(Number(port), cases, random, check);
    const open = ["", "GET", `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\n`].map((start) => {
      const socket = connect(Number(port), "127.0.0.1");
      socket.on("error", () => {});
      socket.write(start);
      return socket;
    });
    await Promise.all(open.map((socket) => once(socket, "connect")));
    const browser = new Browser(browse, issuer.address);
    const { url: back } = await browser.submit(await browser.open(url), {
      username: "alice",
      password: "alice-password",
    });
    assert.equal((await fetch(back)).status, 200);
    assert.equal(await token.ended, 0, token.errors());
    for (const socket of open) socket.destroy();
    assert.match(token.output(), /^AT\w+\n$/);
    return sent;
  } finally {
    token.child.kill("SIGKILL");
    issuer.child.kill("SIGKILL");
  }
}

/** How long one process is fuzzed before the next takes its place, in seconds. */
const ROUND = 60;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (name, otherwise) => {
    const place = process.argv.indexOf(name);
    return place < 0 ? otherwise : Number(process.argv[place + 1]);
  };
  const [seconds, first] = [option("--seconds", 60), option("--seed", Date.now() % 2 ** 31)];
  const end = performance.now() + seconds * 1000;
  let [sent, seed] = [0, first];
  for (; performance.now() < end; seed++) {
    const left = Math.max(1, (end - performance.now()) / 1000);
    const round = seed % 2 === 0 ? fuzzIssuer : fuzzToken;
    try {
      sent += await round({ seed, seconds: Math.min(ROUND, seconds / 2, left) });
    } catch (error) {
      console.log(`${round.name}, --seed ${seed}: ${error.message}`);
      process.exit(1);
    }
  }
  console.log(`${sent} requests, seeds ${first} to ${seed - 1}`);
}
