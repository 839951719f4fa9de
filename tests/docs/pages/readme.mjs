import { javascript } from "../lib/javascript.mjs";
import { shell } from "../lib/shell.mjs";

export const path = "README.md";
export const blocks = {
  Install: [shell()],
  Use: [javascript(), shell()],
  "See it": [shell()],
};
