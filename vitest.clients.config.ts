import { defineConfig } from "vitest/config";

/** The real command-line clients, installed first; one after the other and with room to breathe. */
export default defineConfig({
  test: {
    include: ["test/real-clients/**/*.test.ts"],
    globalSetup: ["test/real-clients/prepare.ts"],
    pool: "forks",
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
