import { readArguments, readWord } from "../arguments.js";
import { PROFILES, exampleOf } from "../example.js";
import { commented } from "./commented.js";
import { configSchema } from "./schema.js";

export const help = `Usage: eiam-token config [options]

Prints an example configuration for "eiam-token issuer --config FILE": JSON with comments that explain
every key. Optional keys that the example does not use are there as comments. The secrets and passwords
of the example are public: change them.

Options:
  --plain           Prints JSON without comments.
  --profile NAME    The profile: eiam, rfc9700 or fapi2.               [eiam]
  --base-url URL    The URL at which clients reach the issuer.         [http://127.0.0.1:9400]
  --version         Prints the version.
  --help            Prints this text.

The package also contains a JSON Schema, schema/issuer-config.schema.json, which editors use for
completion and checks.

Exit codes: 0 for success, 2 for a wrong command line.
`;

const COMMAND = "config";

/** @param {string[]} args */
export async function run(args) {
  const values = readArguments(COMMAND, args, {
    plain: { type: "boolean" },
    profile: { type: "string" },
    "base-url": { type: "string" },
  });
  const profile = readWord(COMMAND, "profile", values.profile, PROFILES);
  const config = exampleOf(values["base-url"] ?? "http://127.0.0.1:9400", profile);
  const text = values.plain ? JSON.stringify(config, null, 2) : commented(config, await configSchema());
  process.stdout.write(`${text}\n`);
}
