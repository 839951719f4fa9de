import { manifest } from "../lib/manifest.mjs";
import { rust } from "../lib/programs.mjs";
import { shell } from "../lib/shell.mjs";

export const path = "docs/rust.md";
export const blocks = {
  "The client": [rust(path)],
  "Sign a user in": [rust(path)],
  "With reqwest": [manifest(), rust(path)],
  "Resource servers": [rust(path)],
  "A layer for tower": [rust(path)],
  "The issuer": [rust(path)],
  "Tests against an issuer": [manifest(), rust(path), rust(path)],
  "Without a socket": [rust(path)],
  "WebAssembly tests": [shell()],
};
