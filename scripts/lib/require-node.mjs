// Imported first by every command, for its effect: an old Node gets one sentence, not a stack of
// syntax errors from what is imported after it. So nothing here may be newer than modules are.

import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
const needed = manifest.engines.node.replace(">=", "");
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const [neededMajor = 0, neededMinor = 0] = needed.split(".").map(Number);

if (major < neededMajor || (major === neededMajor && minor < neededMinor)) {
  console.error(
    `Node.js ${process.versions.node} is too old: install Node.js ${needed} or newer from https://nodejs.org.`,
  );
  process.exit(1);
}
