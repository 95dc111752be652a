import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Names one process so that another one can tell later whether it still runs. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly hostname: string;
  /** The process table the pid belongs to: machine, boot and pid namespace (a container has its own). */
  readonly table: string;
  /** Start time in clock ticks since boot, where the system tells it: a pid is used again, the pair is not. */
  readonly started?: string;
}

export function thisProcess(): ProcessIdentity {
  const started = startOf(process.pid);
  return {
    pid: process.pid,
    hostname: hostname(),
    table: processTable(),
    ...(started === undefined ? {} : { started }),
  };
}

/** Whether a process still runs; "unknown" where it cannot be told from here. */
export function lifeOf({ pid, table, started }: ProcessIdentity): "alive" | "gone" | "unknown" {
  if (table !== processTable()) return "unknown";
  if (!hasProcess(pid)) return "gone";
  const now = startOf(pid);
  if (started === undefined || now === undefined) return "unknown";
  return now === started ? "alive" : "gone";
}

function hasProcess(pid: number): boolean {
  try {
    // Signal 0 only asks. (kill(2))
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

function processTable(): string {
  const boot = orEmpty(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
  const namespace = orEmpty(() => readlinkSync("/proc/self/ns/pid"));
  return [hostname(), boot, namespace].join(" ");
}

/** Field 22 of /proc/<pid>/stat; the name in field 2 may hold spaces and brackets, so it is counted from the last one. (proc(5)) */
function startOf(pid: number): string | undefined {
  const text = orEmpty(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  // A zombie (Z) has ended; only its parent has not asked yet.
  return fields[0] === "Z" ? "ended" : fields[19];
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
