import { byRunner, vitest } from "../lib/runners.mjs";

export const path = "docs/testing/vitest.md";
export const blocks = {
  "One file": [vitest()],
  Workers: [vitest()],
  "One issuer for all files": [byRunner(path), byRunner(path)],
  "Fake timers": [byRunner(path)],
  "Mocked requests": [byRunner(path), byRunner(path)],
};
