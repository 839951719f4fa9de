import { exampleConfig } from "eiam-token/issuer";
import { javascript } from "../lib/javascript.mjs";

export const path = "docs/storage.md";
export const blocks = {
  "In a file": [javascript({ names: () => ({ config: exampleConfig("http://127.0.0.1:9400") }) })],
  "What can be wrong with a file": [javascript()],
  "A storage of your own": [javascript()],
};
