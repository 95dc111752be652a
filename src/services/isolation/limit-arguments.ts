import type { Isolation } from "./isolation.ts";
import type { MachineIsolation } from "./machine-isolation.ts";

/** Words to put before a command line: `outer` around everything, `inner` inside the sandbox. */
export interface LimitArguments {
  readonly outer: readonly string[];
  readonly inner: readonly string[];
  readonly enforced: readonly string[];
  readonly notEnforced: readonly string[];
}

const NOTHING: LimitArguments = { outer: [], inner: [], enforced: [], notEnforced: [] };

/** The limits as far as this machine has them: one systemd scope for all that it can do, prlimit for the rest. */
export function limitArguments(wish: Isolation, machine: MachineIsolation, sandboxed: boolean): LimitArguments {
  const parts = [memoryLimit(wish, machine), processLimit(wish, machine, sandboxed), cpuLimit(wish, machine)];
  const properties = parts.flatMap((part) => part.outer);
  const limits = parts.flatMap((part) => part.inner);
  return {
    outer: properties.length === 0 ? [] : [program("systemd-run", machine), ...SCOPE, ...properties, "--"],
    inner: limits.length === 0 ? [] : [program("prlimit", machine), ...limits, "--"],
    enforced: parts.flatMap((part) => part.enforced),
    notEnforced: parts.flatMap((part) => part.notEnforced),
  };
}

// A scope takes the place of systemd-run in the same process: exit code, signals and streams stay as they are. (systemd-run(1))
const SCOPE = ["--user", "--scope", "--quiet", "--collect"];

function program(name: string, { programs }: MachineIsolation): string {
  return programs[name] ?? name;
}

function memoryLimit({ memoryBytes }: Isolation, { memory }: MachineIsolation): LimitArguments {
  if (memoryBytes === undefined) return NOTHING;
  const most = `${Math.round(memoryBytes / 2 ** 20)} MB`;
  if (memory === "systemd-scope") {
    const outer = ["-p", `MemoryMax=${memoryBytes}`, "-p", "MemorySwapMax=0"];
    return { ...NOTHING, outer, enforced: [`memory: ${most} for all its processes together`] };
  }
  if (memory === "none") return { ...NOTHING, notEnforced: [`memory: not limited to ${most}`] };
  // --as counts address space, of which V8 reserves gigabytes; --data counts what can be written. (setrlimit(2), RLIMIT_DATA)
  return {
    ...NOTHING,
    inner: [`--data=${memoryBytes}`],
    enforced: [`memory: ${most} for each of its processes`],
    notEnforced: [`memory: not limited to ${most} for all its processes together`],
  };
}

function processLimit({ processes }: Isolation, machine: MachineIsolation, sandboxed: boolean): LimitArguments {
  if (processes === undefined) return NOTHING;
  const enforced = [`processes: ${processes} at a time`];
  if (machine.processes === "systemd-scope") return { ...NOTHING, outer: ["-p", `TasksMax=${processes}`], enforced };
  if (machine.processes === "prlimit" && sandboxed) return { ...NOTHING, inner: [`--nproc=${processes}`], enforced };
  return { ...NOTHING, notEnforced: [`processes: not limited to ${processes}`] };
}

function cpuLimit({ cpuPercent }: Isolation, { cpu }: MachineIsolation): LimitArguments {
  if (cpuPercent === undefined) return NOTHING;
  const most = `${cpuPercent}% of one processor`;
  if (cpu === "none") return { ...NOTHING, notEnforced: [`cpu: not limited to ${most}`] };
  return { ...NOTHING, outer: ["-p", `CPUQuota=${cpuPercent}%`], enforced: [`cpu: ${most}`] };
}
