import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { globalSetup: ["./global-setup.js"], testTimeout: 120_000, hookTimeout: 120_000 },
});
