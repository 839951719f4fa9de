import { shell } from "../lib/shell.mjs";

export const path = "docs/command.md";
export const blocks = {
  "Serve an issuer": [shell(), shell()],
  Scripts: [shell()],
  "Write a configuration": [shell()],
  "Get a token": [shell()],
};
