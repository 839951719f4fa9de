import { defineConfig } from "@playwright/test";

// The system's Chromium: nothing is downloaded.
export default defineConfig({
  testMatch: "*.test.js",
  timeout: 300_000,
  workers: 2,
  fullyParallel: true,
  use: {
    launchOptions: {
      executablePath: process.env.CHROMIUM,
      timeout: 300_000,
      args: JSON.parse(process.env.CHROMIUM_ARGUMENTS),
    },
  },
});
