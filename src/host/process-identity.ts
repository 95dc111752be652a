import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Names one process so that another one can tell later whether it still runs. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly hostname: string;
  /** The process table the pid belongs to: boot and pid namespace (a container has its own), each without spaces; else the host's name. */
  readonly table: string;
  /** Start time as the system tells it, where it does: a pid is used again, the pair is not. */
  readonly started?: string;
}

const HAS_PROC = existsSync("/proc/self/stat");

export function thisProcess(): ProcessIdentity {
  return identityOf(process.pid);
}

/** The identity of a process of this machine; to be asked while the process surely is there (also when nobody has asked for its end yet). */
export function identityOf(pid: number): ProcessIdentity {
  const started = look(pid)?.started;
  return { pid, hostname: hostname(), table: processTable(), ...(started === undefined ? {} : { started }) };
}

/** Whether a process still runs; "unknown" where it cannot be told from here. */
export function lifeOf({ pid, table, started }: ProcessIdentity): "alive" | "gone" | "unknown" {
  if (table !== processTable()) return "unknown";
  if (!hasProcess(pid)) return "gone";
  const now = look(pid);
  if (started === undefined || now === undefined) return "unknown";
  return now.started === started && !now.ended ? "alive" : "gone";
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

let table: string | undefined;

/** The table of this process; it cannot change while the process runs. */
export function processTable(): string {
  table ??= readTable();
  return table;
}

function readTable(): string {
  const boot = HAS_PROC
    ? orEmpty(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8"))
    : ask("sysctl", ["-n", "kern.bootsessionuuid"]);
  if (boot.trim() === "") return hostname();
  return `${boot.trim()} ${orEmpty(() => readlinkSync("/proc/self/ns/pid"))}`.trim();
}

/** What the system tells of a process that it has. */
interface Sight {
  /** It has ended; only its parent has not asked yet. */
  readonly ended: boolean;
  readonly started: string;
}

function look(pid: number): Sight | undefined {
  return HAS_PROC ? lookInProc(pid) : lookWithPs(pid);
}

/** Fields 3 and 22 of /proc/<pid>/stat; the name in field 2 may hold spaces and brackets, so it is counted from the last one. (proc(5)) */
function lookInProc(pid: number): Sight | undefined {
  const text = orEmpty(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const started = fields[19];
  return started === undefined ? undefined : { ended: fields[0] === "Z", started };
}

/**
 * For systems without /proc, as macOS: what `ps` says, which is exact to the second.
 * In one language and one time zone, or the same moment reads differently after a journey. (ps(1): lstart)
 */
export function lookWithPs(pid: number): Sight | undefined {
  const [state = "", ...started] = ask("ps", ["-o", "stat=,lstart=", "-p", String(pid)])
    .trim()
    .split(/\s+/);
  return started.length === 0 ? undefined : { ended: state.startsWith("Z"), started: started.join(" ") };
}

/** Standard output of a small system program; empty when it fails. */
function ask(program: string, args: readonly string[]): string {
  // Asked for here, because most commands never come here and loading it takes time.
  const { spawnSync } = process.getBuiltinModule("node:child_process");
  const env = { ...process.env, LC_ALL: "C", TZ: "UTC" };
  const { status, stdout } = spawnSync(program, args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return status === 0 ? stdout : "";
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
