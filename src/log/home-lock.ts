import { hostname } from "node:os";
import { join } from "node:path";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { AtkError } from "../core/errors.ts";

export interface LockRequest {
  /** The state folder of the home; must exist. */
  readonly directory: string;
  /** What the holder is doing, for whoever has to wait. */
  readonly label: string;
  readonly waitMs: number;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly label: string;
  readonly since: string;
}

const STALE_MS = 10_000;
/** The least proper-lockfile takes: for a holder that is known to be gone. */
const GONE_MS = 2_000;
const PAUSE_MS = 100;

/**
 * One writer for each home, over all processes. Waits, then refuses and says who holds it. A holder that was killed is noticed
 * by its process id, so its lock does not stand in the way for long.
 * @throws AtkError E_BUSY
 */
export async function lockHome({ directory, label, waitMs }: LockRequest): Promise<() => Promise<void>> {
  const { lock } = await import("proper-lockfile");
  const deadline = Date.now() + waitMs;
  const holderFile = join(directory, "holder.json");
  for (;;) {
    const holder = readHolder(holderFile);
    const stale = holder !== undefined && isGone(holder) ? GONE_MS : STALE_MS;
    try {
      const release = await lock(directory, { lockfilePath: join(directory, "lock"), stale, realpath: false, onCompromised: () => undefined });
      writeHolder(holderFile, label);
      return async () => {
        rmSync(holderFile, { force: true });
        await release().catch(() => undefined);
      };
    } catch (cause) {
      if ((cause as { code?: string }).code !== "ELOCKED") throw new AtkError("E_FILE", `could not lock ${directory}`, { at: { file: directory }, cause });
      if (Date.now() > deadline) throw busy(directory, readHolder(holderFile));
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

function writeHolder(file: string, label: string): void {
  const holder: Holder = { pid: process.pid, host: hostname(), label, since: new Date().toISOString() };
  writeFileSync(file, JSON.stringify(holder), { mode: 0o600 });
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

function isGone({ pid, host }: Holder): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === "ESRCH";
  }
}

function busy(directory: string, holder: Holder | undefined): AtkError {
  const who = holder === undefined ? "another atk" : `atk (process ${holder.pid} on ${holder.host}, '${holder.label}', since ${holder.since})`;
  return new AtkError("E_BUSY", `${who} is working on this home`, { at: { file: directory }, hint: "wait until it is done and run the command again" });
}
