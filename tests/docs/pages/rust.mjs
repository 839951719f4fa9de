import { rust } from "../lib/programs.mjs";
import { shell } from "../lib/shell.mjs";

export const path = "docs/rust.md";
export const blocks = {
  "The client": [rust(path)],
  "Sign a user in": [rust(path)],
  "Resource servers": [rust(path)],
  "A layer for tower": [rust(path)],
  "The issuer": [rust(path)],
  "WebAssembly tests": [shell()],
};
