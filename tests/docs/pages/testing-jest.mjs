import { byRunner, jest } from "../lib/runners.mjs";

export const path = "docs/testing/jest.md";
export const blocks = {
  Node: [jest()],
  jsdom: [jest()],
  "Fake timers": [byRunner(path)],
  "One issuer for all files": [byRunner(path), byRunner(path)],
};
