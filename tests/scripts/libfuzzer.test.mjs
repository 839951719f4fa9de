import assert from "node:assert/strict";
import { test } from "node:test";
import { readProgress, readReason } from "../../scripts/lib/libfuzzer.mjs";

const STARTED = [
  "INFO: Loaded 1 modules   (789 inline 8-bit counters): 789 [0x55, 0x56), ",
  "INFO: Loaded 1 PC tables (789 PCs): 789 [0x55,0x56), ",
  "#11\tINITED cov: 192 ft: 388 corp: 10/186b exec/s: 0 rss: 27Mb",
  "#24\tNEW    cov: 193 ft: 390 corp: 11/200b lim: 25 exec/s: 0 rss: 27Mb L: 14/25 MS: 1 EraseBytes-",
];

test("how far a run came", () => {
  const output = [
    ...STARTED,
    "#2871063\tDONE   cov: 234 ft: 990 corp: 293/30Kb lim: 256 exec/s: 136717 rss: 28Mb",
    "Done 2871063 runs in 21 second(s)",
    "stat::number_of_executed_units: 2871063",
    "stat::average_exec_per_sec:     136717",
  ].join("\n");
  assert.deepEqual(readProgress(output), {
    counters: 789,
    seeds: 192,
    reached: 234,
    inputs: 293,
    runs: 2871063,
    perSecond: 136717,
  });
  assert.equal(readReason(output), undefined);
});

test("a run that never began is none", () => {
  const none = { counters: 0, seeds: 0, reached: 0, inputs: 0, runs: 0, perSecond: 0 };
  assert.deepEqual(readProgress("cannot execute"), none);
});

test("why a run ended: the panic, all its lines", () => {
  const output = [
    ...STARTED,
    "",
    "thread '<unnamed>' (24572) panicked at fuzz_targets/form.rs:21:13:",
    "assertion `left == right` failed",
    "  left: 1",
    " right: 2",
    "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
    "==24572== ERROR: libFuzzer: deadly signal",
  ].join("\n");
  const reason = "assertion `left == right` failed\n  left: 1\n right: 2 (fuzz_targets/form.rs:21:13)";
  assert.equal(readReason(output), reason);
});

test("why a run ended without a panic", () => {
  const output = [...STARTED, "==7== ERROR: libFuzzer: timeout after 5 seconds"].join("\n");
  assert.equal(readReason(output), "libFuzzer: timeout after 5 seconds");
});
