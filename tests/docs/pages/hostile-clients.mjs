import { shell } from "../lib/shell.mjs";

export const path = "docs/hostile-clients.md";
export const blocks = {
  "Clients at a hostile issuer": [shell()],
};
