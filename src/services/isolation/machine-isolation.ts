import type { Host } from "../../core/host.ts";
import type { IsolationLevel, IsolationPart } from "./isolation.ts";
import { tryBubblewrap } from "./try-bubblewrap.ts";
import { tryLimits } from "./try-limits.ts";

/** Why this machine cannot do a part of it, and what would change that. */
export interface Shortcoming {
  readonly about: IsolationPart;
  /** In the words of the program that refused, where one did. */
  readonly message: string;
  /** A command. */
  readonly fix?: string;
}

export type LimitedBy = "systemd-scope" | "prlimit" | "none";

/** How far this machine can keep a program apart. */
export interface MachineIsolation {
  /** The highest level that works here. */
  readonly level: IsolationLevel;
  readonly filesystem: "bubblewrap" | "none";
  readonly network: "bubblewrap" | "none";
  /** prlimit: each process has the limit for itself, instead of all together. */
  readonly memory: LimitedBy;
  /** prlimit: inside the sandbox only; elsewhere the kernel counts every process of the user. */
  readonly processes: LimitedBy;
  readonly cpu: "systemd-scope" | "none";
  /** Absolute paths of the programs it is done with. */
  readonly programs: Readonly<Record<string, string>>;
  readonly shortcomings: readonly Shortcoming[];
}

const known = new WeakMap<Host, Promise<MachineIsolation>>();

/** What isolation works on this machine, found out by doing it once: starts `true` in each way. At most about ten seconds; remembered. */
export function machineIsolation(host: Host): Promise<MachineIsolation> {
  const found = known.get(host) ?? findOut(host);
  known.set(host, found);
  return found;
}

async function findOut(host: Host): Promise<MachineIsolation> {
  if (host.machine.platform !== "linux") return notHere(host);
  const bubblewrap = await tryBubblewrap(host);
  const limits = await tryLimits(bubblewrap.programs["bwrap"], host);
  const limited = [limits.memory, limits.processes, limits.cpu].some((by) => by !== "none");
  const { filesystem, network } = bubblewrap;
  return {
    level: filesystem === "bubblewrap" ? "sandbox" : limited ? "limits" : "none",
    filesystem,
    network,
    memory: limits.memory,
    processes: limits.processes,
    cpu: limits.cpu,
    programs: { ...bubblewrap.programs, ...limits.programs },
    shortcomings: [...bubblewrap.shortcomings, ...limits.shortcomings],
  };
}

/** macOS has sandbox-exec, which its own manual calls deprecated, with a profile language that was never documented: no ground to stand on. */
function notHere({ machine }: Host): MachineIsolation {
  const name = machine.platform === "macos" ? "macOS" : "Windows";
  const parts: readonly IsolationPart[] = ["files", "network", "memory", "processes", "cpu"];
  const shortcomings = parts.map((about) => ({ about, message: `atk has no isolation of programs on ${name}` }));
  const none = "none";
  return {
    level: none,
    filesystem: none,
    network: none,
    memory: none,
    processes: none,
    cpu: none,
    programs: {},
    shortcomings,
  };
}
