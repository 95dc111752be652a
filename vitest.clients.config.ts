import { defineConfig } from "vitest/config";

/** The real command-line clients: slow to install the first time, so one after the other and with room to breathe. */
export default defineConfig({
  test: {
    include: ["test/real-clients/**/*.test.ts"],
    pool: "forks",
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 900_000,
  },
});
