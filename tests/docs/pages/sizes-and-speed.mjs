import { shell } from "../lib/shell.mjs";

export const path = "docs/sizes-and-speed.md";
export const blocks = {
  Speed: [shell()],
};
