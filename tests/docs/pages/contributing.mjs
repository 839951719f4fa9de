import { shell } from "../lib/shell.mjs";

export const path = "CONTRIBUTING.md";
export const blocks = {
  "Build, test, measure": [shell()],
  "A release": [shell()],
};
