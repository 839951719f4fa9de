import { partOf } from "../lib/files.mjs";

export const path = "docs/testing/pytest.md";
const tests = () => partOf("python", "examples/pytest/test_client.py");
export const blocks = {
  "A fixture": [partOf("python", "examples/pytest/conftest.py")],
  "Tokens and time": [tests()],
  Faults: [tests()],
  Journal: [tests()],
  "Hostile answers": [tests()],
};
