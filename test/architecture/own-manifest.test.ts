import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

it("the project's own atk.lock matches its atk.yaml, so its tools come as they were locked", () => {
  const home = mkdtempSync(join(tmpdir(), "atk-own-"));
  const env = { PATH: process.env["PATH"], HOME: home };
  const output = execFileSync(process.execPath, [join(ROOT, "dist/main.js"), "plan", "--frozen", "--json"], {
    cwd: ROOT,
    env,
    encoding: "utf8",
  });
  rmSync(home, { recursive: true });
  const plan = JSON.parse(output) as { changes: { owner: string; verdict: string }[] };
  expect(new Set(plan.changes.map((change) => change.owner))).toEqual(new Set(["filesystem", "memory"]));
  expect(plan.changes.filter((change) => change.verdict === "blocked")).toEqual([]);
});
