import { AtkError } from "../../core/errors.ts";
import type { Distance } from "../../git/shared/compare-commits.ts";
import type { SharedBranch } from "../../git/shared/shared-branch.ts";
import type { Context } from "../context.ts";
import { readInputs, textDigest } from "../inputs.ts";
import { machineId } from "./machine-id.ts";
import type { MachineRecord } from "./machine-record.ts";
import { openMachines, recordsIn, type Alone } from "./machines-branch.ts";
import { namedMachine } from "./named-machine.ts";

export interface Fleet {
  /** Whether the remote was asked, and why not when it was tried. */
  readonly fetched: { readonly isFresh: boolean; readonly problem?: string };
  /** The name of this machine. */
  readonly here: string;
  readonly machines: readonly FleetMachine[];
}

export interface FleetMachine {
  readonly record: MachineRecord;
  readonly isThis: boolean;
  /** Milliseconds since it was seen, by this machine's clock; undefined: in the future, or no time at all. One of the clocks is wrong. */
  readonly seenAgoMs?: number;
  /** Its commit held against what this machine knows of the remote's. */
  readonly manifest: Distance;
  /** Its lock is the one that is here. */
  readonly hasSameLock: boolean;
}

const LIMIT_MS = 15_000;

export interface FleetManner {
  readonly fetch: boolean;
  readonly timeoutMs?: number;
}

/** What the machines of this home have told. Without an answer of the remote: what was fetched last. @throws AtkError E_GIT, E_NO_HOME */
export async function readFleet({ fetch, timeoutMs = LIMIT_MS }: FleetManner, context: Context): Promise<Fleet> {
  const branch = await requireMachines(timeoutMs, context);
  const fetched = fetch && !context.offline ? await tryFetch(branch) : { isFresh: false };
  // A remote that used up the time limit must not keep what is here from being read.
  const records = recordsIn(await (await requireMachines(timeoutMs, context)).read());
  const { lockText } = await readInputs(context);
  const [id, distanceOf] = await Promise.all([machineId(context.host), distances(context)]);
  const lock = lockText === undefined ? undefined : textDigest(lockText);
  const machines = records.map(async (record): Promise<FleetMachine> => {
    const agoMs = context.host.now().getTime() - Date.parse(record.at);
    return {
      record,
      isThis: record.id === id,
      ...(agoMs >= -TOLERANCE_MS ? { seenAgoMs: Math.max(0, agoMs) } : {}),
      manifest: record.commit === undefined ? { state: "unknown" } : await distanceOf(record.commit),
      hasSameLock: record.lock === lock,
    };
  });
  return { fetched, here: namedMachine(context).name, machines: await Promise.all(machines) };
}

/** Clocks of machines that ask the same time server still differ a little. */
const TOLERANCE_MS = 120_000;

async function tryFetch(branch: SharedBranch): Promise<Fleet["fetched"]> {
  try {
    await branch.fetch();
    return { isFresh: true };
  } catch (error) {
    if (error instanceof AtkError) return { isFresh: false, problem: error.message };
    throw error;
  }
}

async function distances({ host, workspace }: Context): Promise<(commit: string) => Promise<Distance>> {
  const { compareCommits } = await import("../../git/shared/compare-commits.ts");
  return compareCommits(workspace.directory, host);
}

const WHY: Readonly<Record<Alone, readonly [string, string]>> = {
  "no-git": ["the machines of a home tell each other through git, which is not installed", "install git"],
  "no-remote": ["this home has no remote, so it is on no other machine", "git -C ~/.atk remote add origin ADDRESS"],
  "no-repository": ["this home is not a git repository", "atk init"],
  project: ["a project has no machines of its own", "atk -g machines"],
};

/** The branch, for what cannot do without. @throws AtkError E_GIT */
export async function requireMachines(timeoutMs: number, context: Context, message = "Read"): Promise<SharedBranch> {
  const branch = await openMachines({ timeoutMs, message }, context);
  if (typeof branch !== "string") return branch;
  const [why, hint] = WHY[branch];
  throw new AtkError("E_GIT", why, { hint, at: { file: context.workspace.directory } });
}
