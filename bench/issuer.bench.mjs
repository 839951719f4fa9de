import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { API_SCOPE, CLIENT_ID, check, clientCredentials, exchangeCode, introspect, refresh } from "./issuer/flows.mjs";
import { nothing } from "./issuer/inject.mjs";
import { mockServer } from "./issuer/oauth2-mock-server.mjs";
import { oidcProvider, signIn as signInTheirs } from "./issuer/oidc-provider.mjs";
import { ours, signIn as signInOurs } from "./issuer/ours.mjs";
import { printResults, printTable, sideBySide } from "./side-by-side.mjs";

const full = process.argv.includes("--full");

console.log(`Node ${process.versions.node}, V8 ${process.versions.v8}, ${cpus()[0].model}`);
console.log("All figures are per second of CPU, of all threads of the process together.");
console.log("What light-my-request takes to call the others is measured too, and taken off.");
printLoad();

const elliptic = await allSides("ES256");
await exchanges("Code + PKCE with a session, ES256", elliptic, { must: 6, goal: 12 });
await tokensOfClients(elliptic);
await refreshes(elliptic);
await introspections(elliptic);
const rsa = await allSides("RS256");
const raw = await rawSignatures();
await exchanges("Code + PKCE with a session, RS256", rsa, { must: 2 }, raw);
await firstToken();
await growth();
size();
printLoad();

/** @param {"ES256" | "RS256"} algorithm */
async function allSides(algorithm) {
  const mine = await ours(algorithm);
  await signInOurs(mine);
  const theirs = await oidcProvider(algorithm);
  await signInTheirs(theirs);
  const mock = await mockServer(algorithm);
  const sides = [];
  for (const side of [mine, theirs, mock]) {
    sides.push({ side, tokens: await check(side, algorithm, side !== mock) });
  }
  return sides;
}

/** Calling nothing, so many requests at a time: what the others' cost is freed of. */
function injection(requests) {
  const body = `grant_type=authorization_code&code=${"c".repeat(200)}`;
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  return {
    name: "light-my-request",
    async run() {
      if (requests > 1) await nothing({ method: "GET", url: "http://op.example/auth", headers: {} });
      const url = "http://op.example/token";
      return (await nothing({ method: "POST", url, headers, body })).status;
    },
  };
}

async function exchanges(title, sides, target, signatures) {
  const contenders = sides.map(({ side }) => ({
    name: side.name,
    without: side.without,
    run: async () => (await exchangeCode(side)).status,
  }));
  if (signatures) contenders.push(signatures);
  const results = await sideBySide([...contenders, injection(2)]);
  printResults(title, results, {
    "oidc-provider": target,
    ...(signatures ? { [signatures.name]: { must: 0.7, goal: 0.9 } } : {}),
  });
}

async function tokensOfClients(sides) {
  for (const { side } of sides.slice(0, 2)) {
    const answer = JSON.parse((await clientCredentials(side)).text());
    const token = answer.access_token;
    const state = JSON.parse((await introspect(side, token)).text());
    // Ours has the resource server in the audience.
    const scope = side.name === "eiam-token" ? `${state.aud}|${state.scope}` : state.scope;
    const right = state.active && state.client_id === CLIENT_ID && scope === API_SCOPE;
    if (!right || token.includes(".")) throw new Error(`${side.name}: not the token`);
  }
  const results = await sideBySide([
    ...sides.map(({ side }) => ({
      name: side.name,
      without: side.without,
      run: async () => (await clientCredentials(side)).status,
    })),
    injection(1),
  ]);
  printResults("client_credentials, opaque (oauth2-mock-server: a JWT)", results, {
    "oidc-provider": { must: 8, goal: 15 },
  });
}

async function refreshes(sides) {
  const results = await sideBySide([
    ...sides.map(({ side, tokens: { refresh_token } }) => {
      let token = refresh_token;
      return {
        name: side.name,
        without: side.without,
        async run() {
          token = await refresh(side, token);
          return token.length;
        },
      };
    }),
    injection(1),
  ]);
  printResults("Refresh with rotation, ES256", results, {
    "oidc-provider": { must: 4, goal: 8 },
  });
}

async function introspections(sides) {
  for (const one of sides) {
    one.live = JSON.parse((await exchangeCode(one.side)).text()).access_token;
  }
  const results = await sideBySide([
    ...sides.map(({ side, live }) => ({
      name: side.name,
      without: side.without,
      run: async () => (await introspect(side, live)).status,
    })),
    injection(1),
  ]);
  printResults("Introspection (oauth2-mock-server: always the same answer)", results, {
    "oidc-provider": { must: 8, goal: 15 },
  });
}

/** Signatures alone, by the same WebCrypto with a key of the same size. */
async function rawSignatures() {
  const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const parameters = {
    ...algorithm,
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const { subtle } = globalThis.crypto;
  const { privateKey } = await subtle.generateKey(parameters, false, ["sign", "verify"]);
  const input = new TextEncoder().encode("e".repeat(600));
  return {
    name: "WebCrypto, signatures alone",
    run: async () => (await subtle.sign(algorithm, privateKey, input)).byteLength,
  };
}

/** From the start of the process to the first JWT, by client_credentials; the key is made too. */
async function firstToken() {
  const RUNS = 15;
  const runs = { ours: [], theirs: [], neither: [] };
  for (let run = 0; run < RUNS; run++) {
    for (const [who, results] of Object.entries(runs)) results.push(await child("start", who));
  }
  const median = (who, clock) => {
    const values = runs[who].map((result) => result[clock]).sort((a, b) => a - b);
    return values[values.length >> 1];
  };
  const ratio = median("ours", "cpu") / median("theirs", "cpu");
  const row = (name, who, rest) => ({
    "": name,
    "ms of CPU": median(who, "cpu").toFixed(1),
    "ms on the wall": median(who, "wall").toFixed(1),
    "of theirs": "",
    must: "",
    goal: "",
    ...rest,
  });
  printTable(`From process start to the first token, ES256, medians of ${RUNS}`, [
    row("eiam-token", "ours", { "of theirs": ratio.toFixed(2), ...most(ratio, 0.4, 0.25) }),
    row("oidc-provider", "theirs"),
    row("Node alone", "neither"),
  ]);
}

async function growth() {
  // Not below: a hash table that is emptied as fast as it is filled still doubles once.
  const scale = full ? 1 : 4;
  const count = (number) => (number / scale).toLocaleString("en");
  const { few, many } = await child("grow", "memory", 100_000 / scale, 1_000_000 / scale);
  const mib = (bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const row = (name, before, after, rest) => ({
    "": name,
    [`after ${count(100_000)}`]: mib(before),
    [`after ${count(1_000_000)}`]: mib(after),
    ratio: (after / before).toFixed(3),
    must: "",
    goal: "",
    ...rest,
  });
  const ratio = (many.wasm + many.heap) / (few.wasm + few.heap);
  printTable("Memory after code exchanges, 5,000 grants alive at any time", [
    row("WebAssembly", few.wasm, many.wasm),
    row("JavaScript's heap", few.heap, many.heap),
    row("together", few.wasm + few.heap, many.wasm + many.heap, most(ratio, 1.05, 1.01)),
    row("resident set of the process", few.rss, many.rss),
  ]);

  const live = full ? 1_000_000 : 100_000;
  const cost = await child("grow", "grants", 1000, live);
  printTable("One code exchange with many live grants, ES256", [
    {
      "": "milliseconds of CPU",
      "1,000 grants": cost.few.toFixed(3),
      [`${live.toLocaleString("en")} grants`]: cost.many.toFixed(3),
      ratio: cost.ratio.toFixed(3),
      ...most(cost.ratio, 1.2, 1.0),
    },
  ]);
}

function size() {
  const wasm = readFileSync(new URL("../pkg/dist/issuer.wasm", import.meta.url));
  const { length } = gzipSync(wasm, { level: 9 });
  printTable("Size of the issuer's WebAssembly", [
    {
      "raw bytes": wasm.length.toLocaleString("en"),
      gzip: length.toLocaleString("en"),
      ...most(length / 1000, 165, 100),
    },
  ]);
}

/** The columns of a target that must not be exceeded. */
function most(value, must, goal) {
  return {
    must: `${must} ${value <= must ? "met" : "MISSED"}`,
    goal: `${goal} ${value <= goal ? "met" : "missed"}`,
  };
}

async function child(script, ...args) {
  const file = fileURLToPath(new URL(`./issuer/${script}.mjs`, import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [file, ...args.map(String)]);
  return JSON.parse(stdout);
}

function printLoad() {
  const load = loadavg().map((value) => value.toFixed(1));
  console.log(`\n${cpus().length} processors, load averages ${load.join(", ")}`);
}
