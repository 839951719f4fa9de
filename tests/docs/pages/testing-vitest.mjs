import { vitest } from "../lib/runners.mjs";

export const path = "docs/testing/vitest.md";
export const blocks = { "One file": [vitest()], Workers: [vitest()] };
