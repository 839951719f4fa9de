// The lines are typed in the repository, then in the example's folder. tests/worker runs "keys.mjs", "wrangler
// dev" and the requests.
import { shell } from "../lib/shell.mjs";

const folder = "examples/worker";

export const path = "examples/worker/README.md";
export const blocks = {
  "Try it": [shell(), shell({ folder })],
  "Deploy it": [shell({ folder })],
};
