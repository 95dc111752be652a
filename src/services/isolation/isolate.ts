import { bubblewrapArguments } from "./bubblewrap-arguments.ts";
import type { IsolatedCommand, Isolation } from "./isolation.ts";
import { limitArguments } from "./limit-arguments.ts";
import type { MachineIsolation } from "./machine-isolation.ts";
import type { Sandbox } from "./sandbox.ts";

/** Where and how a command is going to run. */
export interface Surroundings {
  readonly machine: MachineIsolation;
  readonly sandbox: Sandbox;
  /**
   * script: ends with who started it, and is cut off from its terminal. service: may outlive who started it; has to be started as the
   * leader of a process group of its own, and signals have to go to that group.
   */
  readonly manner: "script" | "service";
}

/** A command line that runs `command` apart from the machine, and in plain words how far. */
export interface Isolated extends IsolatedCommand {
  readonly enforced: readonly string[];
  /** What was wished and does not happen on this machine. */
  readonly notEnforced: readonly string[];
}

/**
 * Wraps a command line so that it runs as apart as `wish` says and this machine can; the environment goes through untouched.
 * Pure. Exit code and standard streams are the command's own.
 */
export function isolate(command: IsolatedCommand, wish: Isolation, surroundings: Surroundings): Isolated {
  if (wish.level === "none") return { ...command, enforced: [], notEnforced: [] };
  const { machine, manner } = surroundings;
  const sandboxed = wish.level === "sandbox" && machine.filesystem === "bubblewrap";
  const limits = limitArguments(wish, machine, sandboxed);
  const sandbox = sandboxed ? sandboxWords(command, wish, surroundings) : [];
  const walls = wallsOf(wish, machine, sandboxed);
  const inner = [...limits.inner, command.command, ...command.args];
  const words =
    sandboxed && manner === "service"
      ? passSignals([...limits.outer, ...sandbox], inner, machine)
      : [...limits.outer, ...sandbox, ...inner];
  const [first = command.command, ...args] = words;
  return {
    ...command,
    command: first,
    args,
    enforced: [...walls.enforced, ...limits.enforced],
    notEnforced: [...walls.notEnforced, ...limits.notEnforced],
  };
}

function sandboxWords({ cwd }: IsolatedCommand, wish: Isolation, { machine, sandbox, manner }: Surroundings) {
  const cut = wish.network === "deny" && machine.network === "bubblewrap" ? ["--unshare-net"] : [];
  // --new-session: or it could type into the terminal of who started it. (CVE-2017-5226)
  const bound = manner === "script" ? ["--die-with-parent", "--new-session"] : [];
  return [machine.programs["bwrap"] ?? "bwrap", ...bubblewrapArguments(sandbox, cwd, [...cut, ...bound])];
}

const SIGNALS = "HUP INT QUIT TERM USR1 USR2";

/**
 * bubblewrap has no ear for signals: it would die of one that is sent to the group, and nobody would learn how the service ended. So
 * it is started deaf to them, and the service with its hearing back.
 */
function passSignals(outer: readonly string[], inner: readonly string[], { programs }: MachineIsolation) {
  const env = programs["env"];
  if (env === undefined) return [...outer, ...inner];
  const deaf = ["/bin/sh", "-c", `trap '' ${SIGNALS}; exec "$@"`, "sh"];
  return [...deaf, ...outer, env, `--default-signal=${SIGNALS.replaceAll(" ", ",")}`, ...inner];
}

interface Walls {
  readonly enforced: readonly string[];
  readonly notEnforced: readonly string[];
}

function wallsOf({ level, network }: Isolation, machine: MachineIsolation, sandboxed: boolean): Walls {
  const files = "files: it writes only in its own folder and cannot see your home";
  const cut = "network: it has none";
  const isCut = sandboxed && machine.network === "bubblewrap";
  const wished = [...(level === "sandbox" ? [files] : []), ...(network === "deny" ? [cut] : [])];
  const done = wished.filter((wall) => (wall === cut ? isCut : sandboxed));
  const missing = wished.filter((wall) => !done.includes(wall));
  return { enforced: done, notEnforced: missing.map((wall) => UNDONE[wall === cut ? "network" : "files"]) };
}

const UNDONE = {
  files: "files: it can read and write all that you can",
  network: "network: it can reach what you can",
} as const;
