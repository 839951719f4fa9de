import { existsSync, readFileSync, readdirSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { Issuer } from "eiam-token/issuer";
import { configuration } from "../../tests/worker/app/config.js";
import { BASE, SECRETS, client, endpoints, refreshForm, startCluster } from "../../tests/worker/lib/cluster.mjs";
import { part, printTable } from "../side-by-side.mjs";

const ROUNDS = 7;
const ROUND_MS = 400;
const CLIENTS = 16;
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const HOT = "app_090";

const cluster = await startCluster();
try {
  const load = loadavg().map((value) => value.toFixed(2));
  console.log(`Node ${process.versions.node}, workerd, ${cpus()[0].model}, load ${load.join(" ")}`);
  console.log("Loopback HTTP into a Worker; on Cloudflare the network and its storage come on top.");
  await rates();
  await bytes();
  await loading();
} finally {
  await cluster.stop();
}

/** Every row in every round, so that a machine that becomes slower becomes so for all. */
async function rates() {
  const form = (fields) => ["POST", endpoints(HOT).token, FORM, new URLSearchParams(fields).toString()];
  const get = (url, headers = {}) => ["GET", url, headers];
  const machine = { grant_type: "client_credentials", scope: "api://api.example.com|read", ...client(HOT) };
  const sets = await Promise.all(Array.from({ length: CLIENTS }, () => signIn(HOT)));
  const bearer = { authorization: `Bearer ${sets[0].access_token}` };
  const at = endpoints(HOT);
  const same =
    (...request) =>
    () =>
      send(...request);
  const rows = {
    "an empty Worker": same(...get(`${BASE}/bench/worker`)),
    metadata: same(...get(at.discovery)),
    keys: same(...get(at.jwks)),
    "whoami, a token checked": same(...get(`${BASE}/api/whoami`, bearer)),
    "userinfo, a token that does not open": same(...get(at.userinfo, { authorization: "Bearer ATx" })),
    "an empty object": same(...get(`${BASE}/bench/object`)),
    userinfo: same(...get(at.userinfo, bearer)),
    client_credentials: same(...form(machine)),
    "refresh with id_token, stored": async (i) => {
      sets[i] = JSON.parse(await send(...form(refreshForm(HOT, sets[i]))));
    },
    "password with id_token, stored": same(...form(passwordForm(HOT))),
  };
  const results = Object.fromEntries(Object.keys(rows).map((name) => [name, { wall: [], cpu: [] }]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of Object.entries(rows)) {
      const { wall, cpu } = await spend(run);
      // The first warms up.
      if (round === 0) continue;
      results[name].wall.push(wall);
      results[name].cpu.push(cpu);
    }
  }
  printTable(
    `Requests of one application, ${CLIENTS} at a time`,
    Object.entries(results).map(([name, { wall, cpu }]) => ({
      "": name,
      "per second": round(part(wall, 0.5)),
      "per CPU second of workerd": cpu[0] ? round(part(cpu, 0.5)) : "",
    })),
  );
}

/** What goes into the storage, as the issuer hands it over. */
async function bytes() {
  const writes = [];
  const storage = { load: async () => [], write: async (changes) => void writes.push(changes) };
  const issuer = await Issuer.create(configuration(SECRETS), { storage });
  const ask = async (url, fields) => {
    writes.length = 0;
    const body = new URLSearchParams(fields).toString();
    const reply = await issuer.handle({ method: "POST", url, headers: FORM, body });
    const records = writes.flat();
    const size = records.reduce((sum, { key, value }) => sum + key.length + (value?.length ?? 0), 0);
    return { records: records.length, size, json: JSON.parse(new TextDecoder().decode(reply.body)) };
  };
  const { token, device } = endpoints(HOT);
  const rows = {};
  rows["password"] = await ask(token, passwordForm(HOT));
  rows["refresh"] = await ask(token, refreshForm(HOT, rows["password"].json));
  rows["client_credentials"] = await ask(token, { grant_type: "client_credentials", ...client(HOT) });
  rows["device authorization"] = await ask(device, client(HOT));
  printTable(
    "Written by one request",
    Object.entries(rows).map(([name, { records, size }]) => ({
      "": name,
      records: String(records),
      "bytes, keys included": String(size),
    })),
  );
}

/** How long the first request of an object takes that has to load so many sign-ins. */
async function loading() {
  const rows = [];
  let live = 0;
  const id = "app_091";
  for (const count of [0, 1000, 10_000]) {
    const missing = count - live;
    let begun = 0;
    await Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        while (begun++ < missing) await signIn(id);
      }),
    );
    live = count;
    const { url, body } = machineRequest(id);
    const ask = () => send("POST", url, FORM, body);
    await ask();
    const first = [];
    const later = [];
    for (let i = 0; i < 7; i++) {
      await cluster.evict("APPLICATIONS", id);
      first.push(await timed(ask));
      later.push(await timed(ask));
    }
    const { records } = await cluster.look("APPLICATIONS", id);
    rows.push({
      "live sign-ins": count.toLocaleString("en"),
      "records in all": Object.keys(records).length.toLocaleString("en"),
      "first request, ms": part(first, 0.5).toFixed(1),
      "next request, ms": part(later, 0.5).toFixed(1),
    });
  }
  printTable("An object that was evicted", rows);
}

function machineRequest(id) {
  const fields = { grant_type: "client_credentials", scope: "api://api.example.com|read", ...client(id) };
  return { url: endpoints(id).token, body: new URLSearchParams(fields).toString() };
}

function passwordForm(id) {
  const who = { username: "alice", password: "alice-password" };
  return { grant_type: "password", scope: "openid", ...who, ...client(id) };
}

async function signIn(id) {
  return JSON.parse(await send("POST", endpoints(id).token, FORM, new URLSearchParams(passwordForm(id)).toString()));
}

async function send(method, url, headers, body) {
  const { status, text } = await cluster.send(0)(method, url, headers, body);
  if (status !== 200 && !text.includes("invalid_token")) throw new Error(`${status} ${url} ${text}`);
  return text;
}

/** How many a second, and how many a second that workerd computes. */
async function spend(run) {
  const cpu = workerdTime();
  const start = performance.now();
  let done = 0;
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, i) => {
      while (performance.now() - start < ROUND_MS) {
        await run(i);
        done += 1;
      }
    }),
  );
  const spent = workerdTime() - cpu;
  return { wall: done / ((performance.now() - start) / 1000), cpu: spent > 0 ? done / spent : 0 };
}

/** Seconds that our workerd has computed; 0 where there is no /proc to say so. */
function workerdTime() {
  let ticks = 0;
  for (const name of existsSync("/proc") ? readdirSync("/proc") : []) {
    // What follows the name in parentheses: state, parent, and later both times.
    const [, program, rest = ""] = /\((.*)\) (.*)/.exec(statOf(name)) ?? [];
    const fields = rest.split(" ");
    if (program === "workerd" && Number(fields[1]) === process.pid) {
      ticks += Number(fields[11]) + Number(fields[12]);
    }
  }
  return ticks / 100;
}

/** @param {string} name */
function statOf(name) {
  try {
    return /^\d+$/.test(name) ? readFileSync(`/proc/${name}/stat`, "utf8") : "";
  } catch {
    // It has ended.
    return "";
  }
}

async function timed(run) {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function round(value) {
  return Math.round(value).toLocaleString("en");
}
