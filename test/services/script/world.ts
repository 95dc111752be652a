import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { createNodeHost } from "../../../src/host/node-host.ts";
import type { ServiceCommands, ServiceSpec } from "../../../src/services/service.ts";

export const host = createNodeHost();

const root = mkdtempSync(join(tmpdir(), "atk-script-"));

/** To be called in a test file: takes its folders away at the end. */
export function useFolders(): void {
  afterAll(() => rmSync(root, { recursive: true, force: true }));
}

/** A service of type script in a folder of its own. */
export function specOf(commands: ServiceCommands, env: Readonly<Record<string, string>> = {}): ServiceSpec {
  const directory = mkdtempSync(join(root, "plugin-"));
  return {
    plugin: "github",
    home: "0a1b2c3d",
    directory,
    env: { ATK_PLUGIN_DIR: directory, ...env },
    ports: [],
    definition: { type: "script" },
    commands,
    runDirectory: join(directory, "state", "run"),
  };
}

/** Text of a file in the service's folder; undefined when it is absent or empty. */
export function textOf({ directory }: ServiceSpec, name: string): string | undefined {
  const path = join(directory, name);
  return existsSync(path) ? readFileSync(path, "utf8") || undefined : undefined;
}

const PATIENCE_MS = 20_000;

/** Waits until `look` gives something. */
export async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("it did not happen");
}

/** Whether a process is there and has not ended. */
export function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
