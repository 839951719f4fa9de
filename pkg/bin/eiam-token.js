#!/usr/bin/env node
import { CommandError } from "./issuer/errors.js";
import { help, readOptions } from "./issuer/options.js";
import { runIssuer } from "./issuer/run.js";

// A reader that goes away, such as `| head`, is no reason to stop serving.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(help);
  else await runIssuer(options);
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  process.stderr.write(`eiam-token: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
