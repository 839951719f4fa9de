import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { descendants, threadNames } from "../browser/harness/processes.mjs";

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
    process.kill(grandchild);
  } finally {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  assert.ok(!descendants(process.pid).includes(pid));
  assert.deepEqual(threadNames(pid), []);
});
