import { shell } from "../lib/shell.mjs";

export const path = "docs/hostile.md";
export const blocks = {
  "Hostile tokens and answers": [shell()],
};
