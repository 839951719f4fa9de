import { nodeTest } from "../lib/programs.mjs";
import { byRunner } from "../lib/runners.mjs";

export const path = "docs/testing/node.md";
export const blocks = { Node: [nodeTest()], Deno: [byRunner(path)], Bun: [byRunner(path)] };
