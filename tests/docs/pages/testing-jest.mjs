import { jest } from "../lib/runners.mjs";

export const path = "docs/testing/jest.md";
export const blocks = { Node: [jest()], jsdom: [jest()] };
