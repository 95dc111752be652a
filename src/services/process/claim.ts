import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { lifeOf, thisProcess, type ProcessIdentity } from "../../host/process-identity.ts";

/** A claim of a process that cannot be asked counts as dead when it is this old; no start or stop takes so long. */
const FOREIGN_MS = 120_000;

/**
 * The right to start or stop a service, for one process at a time; gives what releases it, or undefined when it was not free within
 * `waitMs`. Every process that wants it puts a file of its own name beside the others and then looks at them: alone, it has the right; else
 * it takes its file back and tries again. Names are never used twice, so the file of a dead process can be removed by anybody at any
 * moment. (src/log/home-lock.ts says why a single lock file would not do.)
 */
export async function claimService(runDirectory: string, waitMs: number): Promise<(() => void) | undefined> {
  const folder = join(runDirectory, "lock");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const until = performance.now() + waitMs;
  for (;;) {
    const release = tryOnce(folder);
    if (release !== undefined) return release;
    if (performance.now() >= until) return undefined;
    await sleep(10 + Math.random() * 40);
  }
}

function tryOnce(folder: string): (() => void) | undefined {
  if (isTaken(folder, "")) return undefined;
  const name = `${process.pid}-${randomBytes(6).toString("hex")}.json`;
  const release = (): void => rmSync(join(folder, name), { force: true });
  // Renamed, so that a claim is never seen half written.
  writeFileSync(join(folder, `${name}.draft`), JSON.stringify(thisProcess()), { mode: 0o600, flag: "wx" });
  renameSync(join(folder, `${name}.draft`), join(folder, name));
  if (!isTaken(folder, name)) return release;
  release();
  return undefined;
}

/** Whether a living process but `own` has a claim; the files of dead ones are removed. */
function isTaken(folder: string, own: string): boolean {
  return readdirSync(folder)
    .filter((name) => name !== own)
    .some((name) => isAlive(join(folder, name)));
}

function isAlive(path: string): boolean {
  const claim = attempt(() => JSON.parse(readFileSync(path, "utf8")) as ProcessIdentity);
  const life = claim === undefined || path.endsWith(".draft") ? "unknown" : lifeOf(claim);
  if (life === "alive") return true;
  const ageMs = Date.now() - (attempt(() => statSync(path).mtimeMs) ?? 0);
  if (life === "unknown" && ageMs < FOREIGN_MS) return !path.endsWith(".draft");
  rmSync(path, { force: true });
  return false;
}

function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
