import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createContext, type Context } from "../../../src/app/context.ts";
import type { Check } from "../../../src/app/doctor/check.ts";
import { diagnose } from "../../../src/app/doctor/diagnose.ts";
import type { Finding } from "../../../src/app/doctor/finding.ts";
import { findWorkspace } from "../../../src/app/workspace.ts";
import type { Host, Machine } from "../../../src/core/host.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";
import { createScratchHome, type ScratchHome } from "../../scenarios/scratch-home.ts";

/** A home of atk on the real file system, in a git repository, and a doctor for one check of it. */
export interface World extends ScratchHome {
  readonly atk: string;
  write(path: string, text: string, mode?: number): string;
  git(...args: readonly string[]): void;
  host(machine?: Partial<Machine>): Host;
  context(machine?: Partial<Machine>): Promise<Context>;
  /** What one check finds, or all of them. */
  findings(
    check?: Check,
    options?: { readonly online?: boolean; readonly machine?: Partial<Machine> },
  ): Promise<readonly Finding[]>;
}

const MANIFEST = `schema_version: "2026-11-21"\nagents: [cursor]\n`;

export function createWorld(manifest = MANIFEST): World {
  const scratch = createScratchHome();
  const atk = join(scratch.home, ".atk");
  const write = (path: string, text: string, mode = 0o600): string => {
    const whole = join(scratch.home, path);
    mkdirSync(dirname(whole), { recursive: true, mode: 0o700 });
    writeFileSync(whole, text);
    chmodSync(whole, mode);
    return whole;
  };
  write(".atk/atk.yaml", manifest);
  const git = (...args: readonly string[]): void =>
    void execFileSync("git", ["-C", atk, ...args], { env: scratch.env as NodeJS.ProcessEnv, stdio: "pipe" });
  git("init", "-q", "-b", "main");
  const host = (machine: Partial<Machine> = {}): Host =>
    createNodeHost({ homeDirectory: scratch.home, workingDirectory: scratch.home, env: scratch.env, ...machine });
  const context = async (machine?: Partial<Machine>): Promise<Context> => {
    const here = host(machine);
    return createContext(here, await findWorkspace(here), () => undefined);
  };
  return {
    ...scratch,
    atk,
    write,
    git,
    host,
    context,
    async findings(check, { online = false, machine } = {}) {
      const home = await context(machine);
      const found = await diagnose({ host: home.host, home, online }, check === undefined ? {} : { checks: [check] });
      return check === undefined ? found : found.filter(({ id }) => id.split(".")[0] === check.id);
    },
  };
}
