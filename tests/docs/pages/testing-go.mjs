import { partOf } from "../lib/files.mjs";

export const path = "docs/testing/go.md";
export const blocks = {
  "A package": [partOf("go", "examples/go/issuertest/issuer.go")],
  Tests: [partOf("go", "examples/go/client_test.go")],
};
