import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");
export const MAIN = join(ROOT, "dist/main.js");

type Environment = Readonly<Record<string, string | undefined>>;

/** An empty HOME of its own on the real file system, and an environment in which nothing of yours is seen. */
export interface ScratchHome {
  readonly home: string;
  /** With `atk` (the built one) first on PATH, so that client entries, hooks and pipes can call it. */
  readonly env: Environment;
  remove(): void;
}

/** Nobody listens there: what asks the npm registry without saying so gets no answer, at once. */
export const NO_REGISTRY = { npm_config_registry: "http://127.0.0.1:9/", npm_config_fetch_retries: "0" };

export function createScratchHome({ registry = false }: { readonly registry?: boolean } = {}): ScratchHome {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "atk-home-")));
  const home = join(root, "home");
  const bin = join(root, "bin");
  mkdirSync(home);
  mkdirSync(bin);
  writeFileSync(join(bin, "atk"), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  chmodSync(join(bin, "atk"), 0o755);
  const remove = (): void => {
    endServices(home);
    rmSync(root, { recursive: true, force: true });
  };
  return { home, env: { ...environment(home, bin), ...(registry ? {} : NO_REGISTRY) }, remove };
}

/** A scenario that fails half way leaves the services it started. Only where /proc tells whose they are. */
function endServices(home: string): void {
  if (!existsSync("/proc/self/environ")) return;
  const mine = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && belongsTo(pid, home));
  for (const pid of mine) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}

function belongsTo(pid: string, home: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`HOME=${home}`);
  } catch {
    return false;
  }
}

function environment(home: string, bin: string): Environment {
  return {
    PATH: [bin, process.env["PATH"]].join(delimiter),
    HOME: home,
    LC_ALL: "C.UTF-8",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: join(home, ".gitconfig"),
    // What npm downloaded once need not be downloaded for every scratch home.
    npm_config_cache: process.env["npm_config_cache"] ?? join(tmpdir(), "atk-npm-cache"),
    npm_config_update_notifier: "false",
  };
}
