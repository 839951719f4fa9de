import { javascript } from "../lib/javascript.mjs";

export const path = "docs/lifetimes.md";
export const blocks = {
  "What is read": [javascript()],
  "Numbers or strings instead": [javascript()],
  "JSON and consoles": [javascript({ names: async (world) => ({ tokens: await world.tokens() }) })],
};
