import { notRun, rust } from "../lib/programs.mjs";
import { shell } from "../lib/shell.mjs";

export const path = "docs/rust.md";
const MANIFEST = notRun(["toml"], "the crate's own manifest has the same");
export const blocks = {
  "The client": [rust(path)],
  "Sign a user in": [rust(path)],
  "With reqwest": [MANIFEST, rust(path)],
  "Resource servers": [rust(path)],
  "A layer for tower": [rust(path)],
  "The issuer": [rust(path)],
  "Tests against an issuer": [MANIFEST, rust(path), rust(path)],
  "Without a socket": [rust(path)],
  "WebAssembly tests": [shell()],
};
