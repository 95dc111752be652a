import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { TargetDeps } from "../../../src/backup/open-target.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "atk-targets-")));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

export function isInstalled(program: string): boolean {
  return spawnSync(program, ["version"], { stdio: "ignore" }).status === 0;
}

export function newFolder(): string {
  return mkdtempSync(join(scratch, "place-"));
}

/** A machine with a home of its own; values that are references are looked up by name in `secrets`. */
export function depsWith(secrets: Readonly<Record<string, string>> = {}): TargetDeps {
  const home = newFolder();
  const env = { PATH: process.env["PATH"], HOME: home, XDG_CACHE_HOME: join(home, "cache") };
  return {
    host: createNodeHost({ env, homeDirectory: home, platform: "linux" }),
    resolve: async (value) =>
      typeof value === "string" ? value : "secret" in value ? (secrets[value.secret] ?? "") : "",
    directory: home,
    scratchDirectory: join(home, "scratch"),
  };
}
