// A process of its own: what many exchanges and many live grants cost our issuer.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { cpuTime } from "../side-by-side.mjs";

/** @type {WebAssembly.Memory[]} */
const memories = [];
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(...args) {
    super(...args);
    if (this.exports.memory instanceof WebAssembly.Memory) memories.push(this.exports.memory);
  }
};
const { CLIENT_ID, CLIENT_SECRET, exchangeCode } = await import("./flows.mjs");
const { ours, signIn } = await import("./ours.mjs");

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc");

const [what, few, many] = process.argv.slice(2).map((value) => Number(value) || value);
console.log(JSON.stringify(await { memory, grants }[what]()));

/**
 * Memory after some and after many exchanges. Time goes on by a second with every hundred of them,
 * and what they gave expires after fifty: there are never more than 5,000 live grants.
 */
async function memory() {
  let done = 0;
  const start = Math.floor(Date.now() / 1000);
  const lifetimes = { code: 10, accessToken: 30, refreshToken: 50, idToken: 30 };
  const clock = () => start + Math.floor(done / 100);
  const side = await ours("ES256", lifetimes, { clock });
  const until = async (count) => {
    // A login session ends after a working day; the next one begins.
    for (; done < count; done++) {
      if (done % 1_000_000 === 0) await signIn(side);
      await exchangeCode(side);
    }
    gc();
    const wasm = memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
    const { heapUsed, external, rss } = process.memoryUsage();
    return { wasm, heap: heapUsed + external, rss };
  };
  return { few: await until(few), many: await until(many) };
}

/** Milliseconds of CPU for one exchange, with few and with many live grants. */
async function grants() {
  const sides = [];
  for (const count of [few, many]) {
    const side = await ours("ES256");
    await signIn(side);
    // By passwords, without id_token: nothing is signed, so filling does not take long.
    const body = `grant_type=password&username=alice&password=alice-password&scope=email`;
    const authorization = `Basic ${btoa(`${CLIENT_ID}:${CLIENT_SECRET}`)}`;
    const headers = { "content-type": "application/x-www-form-urlencoded", authorization };
    for (let i = 0; i < count; i++) {
      const { status } = await side.send({ method: "POST", url: side.token, headers, body });
      if (status !== 200) throw new Error(`grant ${i} was refused`);
    }
    sides.push({ side, rounds: [] });
  }
  const EXCHANGES = 50;
  for (let round = 0; round < 45; round++) {
    for (const { side, rounds } of round % 2 ? sides : [...sides].reverse()) {
      const before = cpuTime();
      for (let i = 0; i < EXCHANGES; i++) await exchangeCode(side);
      // The first rounds warm up.
      if (round >= 5) rounds.push((cpuTime() - before) / EXCHANGES);
    }
  }
  const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
  const ratios = sides[1].rounds.map((value, i) => value / sides[0].rounds[i]);
  return {
    few: median(sides[0].rounds),
    many: median(sides[1].rounds),
    ratio: median(ratios),
  };
}
