import { partOf } from "../lib/files.mjs";

export const path = "docs/testing/java.md";
const tests = () => partOf("java", "examples/junit/ClientTest.java");
export const blocks = {
  "An extension": [partOf("java", "examples/junit/TestIssuer.java")],
  Tests: [tests(), tests(), tests()],
};
