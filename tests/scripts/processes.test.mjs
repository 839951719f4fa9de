import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { descendants, processName, threadNames } from "../browser/harness/processes.mjs";

const skip = process.platform !== "linux" && "there is no /proc";

test("a process's descendants and their threads are found, until they have ended", { skip }, async () => {
  const child = spawn("sh", ["-c", "sleep 60 & echo $!; wait"]);
  const pid = Number(child.pid);
  try {
    const [line] = await once(child.stdout, "data");
    const grandchild = Number(String(line));
    const found = descendants(process.pid);
    assert.ok(found.includes(pid));
    assert.ok(found.includes(grandchild));
    assert.deepEqual(descendants(pid), [grandchild]);
    assert.deepEqual(threadNames(pid), ["sh"]);
    assert.equal(processName(pid), "sh");
    assert.equal(processName(grandchild), "sleep");
    process.kill(grandchild);
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  assert.ok(!descendants(process.pid).includes(pid));
  assert.deepEqual(threadNames(pid), []);
  assert.equal(processName(pid), "");
});

test("a process has the name of its first thread, whatever the others are called", { skip }, async () => {
  const started = 'const { Worker } = require("node:worker_threads"); new Worker("setTimeout(() => {}, 60000)", ';
  const child = spawn(process.execPath, ["-e", `${started}{ eval: true, name: "other" }); console.log("up");`]);
  try {
    await once(child.stdout, "data");
    const pid = Number(child.pid);
    assert.ok(threadNames(pid).length > 1, "the process has only one thread");
    assert.equal(processName(pid), processName(process.pid));
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});
