import { application } from "../lib/hosts.mjs";
import { shell } from "../lib/shell.mjs";

export const path = "docs/cloudflare.md";
export const blocks = {
  "Try it": [shell()],
  "An object of your own": [application()],
};
