// tests/peers/mcp.test.mjs runs what the lines start.
import { javascript } from "../lib/javascript.mjs";
import { shell } from "../lib/shell.mjs";

export const path = "docs/mcp.md";
export const blocks = {
  "Try it": [shell(), shell(), shell()],
  "The server": [javascript()],
};
