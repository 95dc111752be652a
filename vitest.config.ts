import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/real-clients/**", "node_modules/**"],
    pool: "forks",
    testTimeout: 60_000,
    // Real processes on a machine that others use as well: what fails twice in a row is wrong, what fails once may have been waited for.
    retry: process.env["CI"] === undefined ? 0 : 1,
    hookTimeout: 60_000,
  },
});
