import { readdirSync, readFileSync, statSync } from "node:fs";

/** One process as Linux shows it. */
export interface Row {
  readonly pid: number;
  readonly group: number;
  readonly session: number;
  readonly started: string;
}

/** All processes that have not ended; undefined where there is no /proc. Takes some milliseconds. */
export function processRows(): readonly Row[] | undefined {
  try {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.flatMap((name) => rowOf(Number(name)) ?? []);
  } catch {
    return undefined;
  }
}

/** Fields of /proc/<pid>/stat, counted from the state after the name in brackets. (proc(5)) */
function rowOf(pid: number): Row | undefined {
  const text = attempt(() => readFileSync(`/proc/${pid}/stat`, "utf8"));
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state = "X", , group, session] = fields;
  // Z and X have ended and wait for their parent, which in a container may never ask.
  if (state === "Z" || state === "X") return undefined;
  return { pid, group: Number(group), session: Number(session), started: fields[19] ?? "" };
}

/** Whether stdout or stderr of a process is this very file. */
export function writesTo(pid: number, path: string): boolean {
  const file = attempt(() => statSync(path, { bigint: true }));
  if (file === undefined) return false;
  return [1, 2].some((fd) => {
    const open = attempt(() => statSync(`/proc/${pid}/fd/${fd}`, { bigint: true }));
    return open !== undefined && open.ino === file.ino && open.dev === file.dev;
  });
}

/** Whether a process was started with this variable (`NAME=value`). */
export function wasStartedWith(pid: number, variable: string): boolean {
  const text = attempt(() => readFileSync(`/proc/${pid}/environ`, "utf8"));
  return text !== undefined && text.split("\0").includes(variable);
}

/** undefined when the process has ended meanwhile, or is somebody else's. */
function attempt<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
