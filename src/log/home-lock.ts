import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AtkError } from "../core/errors.ts";
import type { Files } from "../core/host.ts";
import { thisProcess } from "../host/process-identity.ts";
import { makePrivateDirectory } from "./durable.ts";
import { createLiveliness, WATCH_MS, type Claim, type Holder } from "./lock-claims.ts";

export interface LockRequest {
  /** State directory of the home; made when it is absent. */
  readonly directory: string;
  /** What is going to be done, shown to whoever meets the lock. */
  readonly label: string;
  /** How long to wait for another holder before refusing. */
  readonly waitMs: number;
  /** Default: the real file system. */
  readonly files?: Files;
}

/** Two that come at the same moment both step back; they try again after different pauses, at least this long. */
const LEAST_TRYING_MS = 400;
const BEAT_MS = 2_000;

/**
 * The lock of one home, held by one process at a time; gives what releases it.
 *
 * Every process that wants it puts a file of its own name into the lock directory and then looks at the others: alone, it holds the
 * lock; else it takes its file back and tries again. Because each looks only after its own file is there, two can never both
 * find themselves alone, and because names are never used twice, the file of a dead process can be removed by anybody at any
 * moment. (A single lock file, as proper-lockfile has, needs a removal and a creation to take over a dead one, and two who do that at
 * once can both succeed; also it takes the lock from a process that was suspended and still lives.)
 *
 * @throws AtkError E_BUSY naming the holder's process, command and since when.
 */
export async function lockHome(request: LockRequest): Promise<() => Promise<void>> {
  const files = request.files ?? (await import("../host/node-files.ts")).nodeFiles();
  const folder = join(request.directory, "lock");
  await makePrivateDirectory(folder, files);
  const others = createLiveliness(folder, files);
  const began = Date.now();
  const refuseAt = began + Math.max(request.waitMs, LEAST_TRYING_MS);
  for (;;) {
    const blockers = await others("");
    if (blockers.length === 0) {
      const path = await tryOnce(folder, request.label, others, files);
      if (path !== undefined) return keep(path, files);
    }
    const [blocker] = blockers;
    // Watched once, not again whenever it moves: a silent claim that moves is alive.
    const watchUntil = Math.min(blocker?.watchedUntil ?? 0, began + WATCH_MS);
    if (blocker !== undefined && Date.now() >= Math.max(refuseAt, watchUntil)) throw busy(blocker, folder);
    await sleep(pauseMs());
  }
}

type Others = ReturnType<typeof createLiveliness>;

/** Path of our file when we hold the lock now. */
async function tryOnce(folder: string, label: string, others: Others, files: Files): Promise<string | undefined> {
  const name = `${process.pid}-${randomBytes(6).toString("hex")}.json`;
  const path = join(folder, name);
  const holder: Holder = { ...thisProcess(), label, since: new Date().toISOString() };
  await files.create(path, new TextEncoder().encode(`${JSON.stringify(holder)}\n`), 0o600);
  if ((await others(name)).length === 0) return path;
  await remove(path, files);
  return undefined;
}

/** While it is held a line break is added now and then: who cannot see our process table sees that we live. */
function keep(path: string, files: Files): () => Promise<void> {
  const timer = setInterval(() => void beat(path, files), BEAT_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await remove(path, files);
  };
}

async function beat(path: string, files: Files): Promise<void> {
  if ((await files.stat(path)) === undefined) return;
  await files.append(path, new TextEncoder().encode("\n"), 0o600).catch(() => undefined);
}

/** Somebody who found us dead, or the user, may have removed it. */
async function remove(path: string, files: Files): Promise<void> {
  if ((await files.stat(path)) !== undefined) await files.unlink(path);
}

function pauseMs(): number {
  return 20 + Math.random() * 60;
}

function busy({ name, holder }: Claim, folder: string): AtkError {
  const path = join(folder, name);
  const who =
    holder === undefined
      ? ""
      : `: process ${holder.pid} on ${holder.hostname}, '${holder.label}', since ${holder.since}`;
  return new AtkError("E_BUSY", `another atk is working on this home${who}`, {
    at: { file: path },
    hint: `wait until it is done; if it is surely gone: rm ${path}`,
  });
}
