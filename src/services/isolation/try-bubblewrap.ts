import type { Host, RunResult } from "../../core/host.ts";
import { LEAST_SANDBOX } from "./least-sandbox.ts";
import type { MachineIsolation, Shortcoming } from "./machine-isolation.ts";

export type BubblewrapFindings = Pick<MachineIsolation, "filesystem" | "network" | "programs" | "shortcomings">;

const LIMIT_MS = 5_000;

/** Whether bubblewrap can make a sandbox for this user, with and without the network; inside containers it often may not. */
export async function tryBubblewrap(host: Host): Promise<BubblewrapFindings> {
  const program = await host.programs.find("bwrap");
  if (program === undefined) return without({ message: "bubblewrap (bwrap) is not installed", fix: INSTALL });
  const [shared, cut] = await Promise.all([
    start(program, LEAST_SANDBOX, host),
    start(program, [...LEAST_SANDBOX, "--unshare-net"], host),
  ]);
  if (shared.exitCode !== 0) return without(await explain(shared, host));
  const found = { filesystem: "bubblewrap", programs: { bwrap: program, ...(await resetterOf(host)) } } as const;
  if (cut.exitCode === 0) return { ...found, network: "bubblewrap", shortcomings: [] };
  return { ...found, network: "none", shortcomings: [{ about: "network", ...(await explain(cut, host)) }] };
}

const INSTALL = "sudo apt install bubblewrap";

type Explanation = Omit<Shortcoming, "about">;

function without(why: Explanation): BubblewrapFindings {
  const shortcomings = (["files", "network"] as const).map((about) => ({ about, ...why }));
  return { filesystem: "none", network: "none", programs: {}, shortcomings };
}

function start(program: string, args: readonly string[], host: Host): Promise<RunResult> {
  return host.programs.run({ command: program, args: [...args, "--", "true"], timeoutMs: LIMIT_MS });
}

/** bwrap's own words, and the switch of the kernel that is the likely cause. */
async function explain({ stderr, timedOut, exitCode }: RunResult, host: Host): Promise<Explanation> {
  if (timedOut) return { message: `bwrap did not end within ${LIMIT_MS / 1000} seconds` };
  const message = stderr.trim().split("\n").at(-1) || `bwrap ended with exit code ${exitCode}`;
  for (const { file, bad, fix } of SWITCHES) {
    const value = new TextDecoder().decode(await host.files.read(file)).trim();
    if (value === bad) return { message, fix };
  }
  return { message };
}

/** Debian's old switch, Ubuntu's since 23.10, and the kernel's own limit. */
const SWITCHES = [
  {
    file: "/proc/sys/kernel/unprivileged_userns_clone",
    bad: "0",
    fix: "sudo sysctl -w kernel.unprivileged_userns_clone=1",
  },
  {
    file: "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
    bad: "1",
    fix: "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
  },
  { file: "/proc/sys/user/max_user_namespaces", bad: "0", fix: "sudo sysctl -w user.max_user_namespaces=10000" },
];

/** GNU env since 8.31 can give signals their default meaning back, see isolate.ts. */
async function resetterOf(host: Host): Promise<Readonly<Record<string, string>>> {
  const env = await host.programs.find("env");
  if (env === undefined) return {};
  const request = { command: env, args: ["--default-signal=TERM", "true"], timeoutMs: LIMIT_MS };
  return (await host.programs.run(request)).exitCode === 0 ? { env } : {};
}
