import type { Change } from "../../core/plan.ts";
import type { Locator, Noun } from "../../core/resource.ts";
import type { State } from "../../core/state.ts";
import { providerOf } from "../../primitives/providers.ts";
import type { Context } from "../context.ts";
import { desire } from "../desire.ts";
import { readInputs } from "../inputs.ts";
import { makePlan, type Desired } from "../make-plan.ts";
import { readState } from "../state-store.ts";
import { joinFindings, type Findings, type Mismatch } from "./report.ts";

/** What agents read. Plugin folders are compared byte by byte elsewhere; installs and services are no content. */
const NOUNS: ReadonlySet<Noun> = new Set(["mcp_server", "skill", "instruction"]);

/** The agents' entries against what the lock means for them, looked at as `plan` does. */
export async function verifyClients(names: readonly string[], context: Context): Promise<Findings> {
  const [inputs, state] = await Promise.all([readInputs(context), readState(context.host.files, context.workspace)]);
  const { desired } = await desire(inputs, { readOnly: true, offline: true }, context);
  const { plan } = await makePlan(entriesOnly(desired), recordedEntries(state), context, { names });
  const compared = plan.changes.filter(({ verdict }) => verdict !== "blocked").length;
  const refused = plan.changes.filter(isRefusedWhole);
  const mismatches = plan.changes.filter((each) => !isRefusedWhole(each) && differs(each)).map(mismatchOf);
  const recorded = await Promise.all(refused.map(({ owner }) => verifyRecorded(owner, state, context)));
  const unchecked = refused.map(({ owner, problem }) => ({
    owner,
    message: `its entries could not be compared with the lock, only with what atk wrote: ${problem?.message ?? ""}`,
  }));
  return joinFindings([{ compared, mismatches, unchecked }, ...recorded]);
}

/** What the manifest says to leave alone differs all the same. */
function entriesOnly({ preflight: _notNeeded, ignores: _different, ...desired }: Desired): Desired {
  return { ...desired, resources: desired.resources.filter(({ noun }) => NOUNS.has(noun)) };
}

function recordedEntries(state: State): State {
  const entries = Object.entries(state.resources).filter(([, { noun }]) => NOUNS.has(noun));
  return { ...state, resources: Object.fromEntries(entries) };
}

/** Its content is not here, or it is broken: then nothing is known of what it should bring. */
function isRefusedWhole({ noun, verdict }: Change): boolean {
  return noun === "plugin" && verdict === "blocked";
}

function differs({ verdict }: Change): boolean {
  return !["noop", "adopt", "forget"].includes(verdict);
}

const SAYS: Readonly<Record<string, readonly [expected: string, found: string]>> = {
  create: ["the entry", "nothing"],
  update: ["as the lock says", "as an earlier apply wrote it"],
  delete: ["nothing", "an entry of a plugin that is gone"],
  drifted: ["as atk wrote it", "changed by hand or by another program"],
  unmanaged: ["the entry", "something else that atk did not write"],
};

function mismatchOf({ address, owner, locator, verdict, problem }: Change): Mismatch {
  const [expected, found] = SAYS[verdict] ?? ["something that can be read", problem?.message ?? verdict];
  const hint = problem?.hint ?? `atk plan ${owner} (shows the lines), then atk apply ${owner}`;
  return { owner, part: "client", place: placeOf(locator), differences: [{ path: address, expected, found }], hint };
}

function placeOf(locator: Locator): string {
  if ("file" in locator) return locator.file;
  return "directory" in locator ? locator.directory : locator.id;
}

/** What the state says that atk wrote, against what is there. */
async function verifyRecorded(owner: string, state: State, context: Context): Promise<Findings> {
  const own = Object.values(recordedEntries(state).resources).filter((each) => each.owner === owner);
  const found = await Promise.all(
    own.map(async (recorded) => {
      const shape = recorded.shape === undefined ? undefined : state.shapes[recorded.shape];
      const { locator } = recorded;
      const subject = { locator, content: undefined, shape, recorded, followsLinks: true };
      const now = await providerOf(locator.kind).observe(subject, context);
      return now.state === "present" && now.digest === recorded.digest ? [] : [recorded];
    }),
  );
  const mismatches = found.flat().map(({ address, locator }) => ({
    owner,
    part: "client" as const,
    place: placeOf(locator),
    differences: [{ path: address, expected: "as atk wrote it", found: "something else" }],
    hint: `atk plan ${owner}`,
  }));
  return { compared: own.length, mismatches, unchecked: [] };
}
