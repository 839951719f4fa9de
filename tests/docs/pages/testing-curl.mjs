import { partOf } from "../lib/files.mjs";

export const path = "docs/testing/curl.md";
export const blocks = {
  "The issuer": [partOf("sh", "examples/curl/issuer.sh")],
  "A test": [partOf("sh", "examples/curl/test.sh")],
};
