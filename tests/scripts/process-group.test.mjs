import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { run, runApart } from "../../scripts/lib/process.mjs";

const skip = process.platform === "win32" && "it has no process groups";

test("what a group has started ends with the process that runs it", { skip }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "eiam-token-group-"));
  const [pipe, started] = [join(folder, "pipe"), join(folder, "started")];
  // Ends as soon as the shell has started another process, which has the pipe open as the shell has.
  const script = `
    import { existsSync } from "node:fs";
    import { runApart } from ${JSON.stringify(inRoot("scripts/lib/process.mjs"))};
    runApart("sh", ["-c", "exec 3> '${pipe}'; sleep 300 & touch '${started}'; wait"], { withGroup: true });
    setInterval(() => existsSync(${JSON.stringify(started)}) && process.exit(3), 10);`;
  try {
    await run("mkfifo", [pipe]);
    // It reads until nobody has the other end open.
    const reading = run("cat", [pipe], { minutes: 2 });
    const { failure } = await runApart(process.execPath, ["--input-type=module", "--eval", script]);
    assert.equal(failure, "exit code 3");
    assert.equal(await reading, "");
  } finally {
    await rm(folder, { recursive: true });
  }
});
