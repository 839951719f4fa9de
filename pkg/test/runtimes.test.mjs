import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { runtimes } from "./support/runtimes.mjs";

const script = fileURLToPath(new URL("support/prints-everything.mjs", import.meta.url));

for (const [name, path] of Object.entries(runtimes)) {
  test(`${name}'s console shows no secret`, { skip: path === undefined && "not installed" }, async () => {
    const args = name === "Deno" ? ["run", "--no-lock", "--allow-read", script] : [script];
    const env = { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
    const { stdout, stderr } = await promisify(execFile)(path, args, { env });
    const [printed, drawn] = stdout.split("everything was printed");
    assert.ok(drawn, stderr);
    // What is no secret is there, so what is not there was hidden.
    for (const shown of [
      "Bearer",
      "[redacted]",
      "expiresIn: 3600n",
      "app_spa",
      "USER-CODE",
      "https://as.example/authorize?",
    ]) {
      assert.ok(printed.includes(shown), `${shown} is missing:\n${printed}`);
    }
    const secrets = drawn.trim().split(" ");
    assert.equal(secrets.length, 2);
    // An assertion is a JWT, which begins so.
    for (const secret of ["SECRET-", "eyJ", ...secrets]) {
      for (const text of [printed, stderr]) assert.ok(!text.includes(secret), `${secret} in\n${text}`);
    }
  });
}
