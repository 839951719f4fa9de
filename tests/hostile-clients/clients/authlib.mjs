import { readFileSync } from "node:fs";
import { inRoot } from "../../../scripts/lib/paths.mjs";
import { virtualEnvironment } from "../../../scripts/lib/virtual-environment.mjs";
import { flowsOf } from "../lib/program.mjs";

const PYTHON = "tests/peers/python";
const REQUIREMENTS = inRoot(`${PYTHON}/requirements.txt`);

/** @type {import("../lib/run.mjs").Client} */
export const authlib = {
  name: "Authlib",
  version: /^Authlib==(.+)$/m.exec(readFileSync(REQUIREMENTS, "utf8"))?.[1],
  hasLimit: false,
  ...flowsOf(async () => {
    const program = await virtualEnvironment(inRoot(`${PYTHON}/.venv`), REQUIREMENTS);
    // A proxy of the environment has no business with 127.0.0.1.
    const env = {
      ...process.env,
      NO_PROXY: "*",
      no_proxy: "*",
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONWARNINGS: "ignore",
    };
    return { command: program("python"), args: [inRoot("tests/hostile-clients/clients/authlib_client.py")], env };
  }),
};
