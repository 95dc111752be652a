import type { Host, RunResult } from "../../core/host.ts";
import { LEAST_SANDBOX } from "./least-sandbox.ts";
import type { MachineIsolation, Shortcoming } from "./machine-isolation.ts";

export type LimitFindings = Pick<MachineIsolation, "memory" | "processes" | "cpu" | "programs" | "shortcomings">;

const LIMIT_MS = 5_000;

/** By which means memory, processes and processor can be limited. `bwrap`: path of a bubblewrap that works here. */
export async function tryLimits(bwrap: string | undefined, host: Host): Promise<LimitFindings> {
  const [scope, prlimit] = await Promise.all([tryScope(host), tryPrlimit(bwrap, host)]);
  const memory = scope.memory ? "systemd-scope" : prlimit.memory ? "prlimit" : "none";
  const processes = scope.processes ? "systemd-scope" : prlimit.processes ? "prlimit" : "none";
  const cpu = scope.cpu ? "systemd-scope" : "none";
  const lacking = (about: Shortcoming["about"], message: string): Shortcoming[] => [{ about, message }];
  return {
    memory,
    processes,
    cpu,
    programs: { ...scope.programs, ...prlimit.programs },
    shortcomings: [
      ...(memory === "systemd-scope" ? [] : lacking("memory", `${scope.why}; ${MEMORY[memory]}`)),
      ...(processes === "systemd-scope" ? [] : lacking("processes", `${scope.why}; ${PROCESSES[processes]}`)),
      ...(cpu === "systemd-scope" ? [] : lacking("cpu", `${scope.why}; nothing else limits the processor`)),
    ],
  };
}

const MEMORY = {
  prlimit: "prlimit limits each process for itself",
  none: "prlimit is not there either",
} as const;

// Linux counts RLIMIT_NPROC for each user namespace since 5.14, and never for root. (kernel/fork.c, copy_process; kernel/ucount.c)
const PROCESSES = {
  prlimit: "prlimit limits them inside the sandbox only",
  none: "prlimit cannot do it here: the kernel exempts root, or counts all processes of the user",
} as const;

interface ScopeFindings {
  readonly memory: boolean;
  readonly processes: boolean;
  readonly cpu: boolean;
  readonly programs: Readonly<Record<string, string>>;
  readonly why: string;
}

/** What the kernel says inside a scope: a limit whose controller was not handed down to the user is dropped without a word. */
const READ_BACK = `d=/sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup)
for f in memory.max pids.max cpu.max; do echo "$f $(cat "$d/$f" 2>/dev/null)"; done`;

async function tryScope(host: Host): Promise<ScopeFindings> {
  const nothing = { memory: false, processes: false, cpu: false, programs: {} };
  const program = await host.programs.find("systemd-run");
  if (program === undefined) return { ...nothing, why: "systemd-run is not installed" };
  const wishes = ["-p", "MemoryMax=268435456", "-p", "TasksMax=32", "-p", "CPUQuota=50%"];
  const args = ["--user", "--scope", "--quiet", "--collect", ...wishes, "--", "/bin/sh", "-c", READ_BACK];
  const result = await host.programs.run({ command: program, args, timeoutMs: LIMIT_MS });
  if (result.exitCode !== 0) return { ...nothing, why: `no systemd of the user answers (${lastWords(result)})` };
  const said = new Set(result.stdout.split("\n"));
  return {
    memory: said.has("memory.max 268435456"),
    processes: said.has("pids.max 32"),
    cpu: said.has("cpu.max 50000 100000"),
    programs: { "systemd-run": program },
    why: "systemd has no such control group for the user",
  };
}

function lastWords({ stderr, timedOut, exitCode }: RunResult): string {
  if (timedOut) return `nothing within ${LIMIT_MS / 1000} seconds`;
  return stderr.trim().split("\n").at(-1) || `exit code ${exitCode}`;
}

interface PrlimitFindings {
  readonly memory: boolean;
  readonly processes: boolean;
  readonly programs: Readonly<Record<string, string>>;
}

async function tryPrlimit(bwrap: string | undefined, host: Host): Promise<PrlimitFindings> {
  const program = await host.programs.find("prlimit");
  if (program === undefined) return { memory: false, processes: false, programs: {} };
  const works = async (command: string, args: readonly string[]): Promise<boolean> =>
    (await host.programs.run({ command, args, timeoutMs: LIMIT_MS })).exitCode === 0;
  const forks = (most: number): Promise<boolean> =>
    bwrap === undefined
      ? Promise.resolve(false)
      : works(bwrap, [...LEAST_SANDBOX, "--", program, `--nproc=${most}`, "--", "/bin/sh", "-c", "(true); true"]);
  const [memory, many, one] = await Promise.all([
    works(program, ["--data=268435456", "--", "true"]),
    forks(8),
    forks(1),
  ]);
  return { memory, processes: many && !one, programs: memory ? { prlimit: program } : {} };
}
