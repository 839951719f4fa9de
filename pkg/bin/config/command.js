import { exampleConfig } from "eiam-token/issuer";
import { readArguments, readWord } from "../arguments.js";
import { commented } from "./commented.js";
import { configSchema } from "./schema.js";

export const help = `Usage: eiam-token config [options]

Prints an example configuration for "eiam-token issuer --config FILE": JSON with comments that explain
every key. What may be left out and is left out stands there as a comment, ready to be taken in. The
example's secrets and passwords are known to everybody: change them.

Options:
  --plain           JSON without comments, for every other reader of JSON.
  --profile NAME    eiam or rfc9700.                                   [eiam]
  --base-url URL    Where the issuer is reached.                       [http://127.0.0.1:9400]
  --version         Print the version.
  --help            Print this.

A JSON Schema for it, by which editors complete and check, is the package's file
schema/issuer-config.schema.json.

Exit codes: 0, or 2 for a wrong command line.
`;

const COMMAND = "config";

/** @param {string[]} args */
export async function run(args) {
  const values = readArguments(COMMAND, args, {
    plain: { type: "boolean" },
    profile: { type: "string" },
    "base-url": { type: "string" },
  });
  const profile = readWord(COMMAND, "profile", values.profile, ["eiam", "rfc9700"]);
  const example = exampleConfig(values["base-url"] ?? "http://127.0.0.1:9400");
  const config = profile === undefined ? example : { ...example, profile };
  const text = values.plain ? JSON.stringify(config, null, 2) : commented(config, await configSchema());
  process.stdout.write(`${text}\n`);
}
