import { AtkError } from "../../core/errors.ts";
import type { LockedPlugin } from "../../manifest/lock.ts";
import type { PluginEntry, Source } from "../../manifest/manifest.ts";
import { approvedDigest } from "../../trust/approval.ts";
import type { Context } from "../context.ts";
import { readInputs } from "../inputs.ts";
import { sourceText } from "../list-entries.ts";
import { asProblem } from "../make-plan.ts";
import { resolvePlugin, type Opening } from "../plugin-source.ts";
import { inShort } from "./describe-upgrade.ts";

export interface Outdated {
  readonly name: string;
  readonly source: string;
  /** Absent when it is not locked yet. */
  readonly locked?: string;
  /** What its entry in the manifest allows now. */
  readonly allowed?: string;
  /** What there is without the entry's version. */
  readonly latest?: string;
  /** bound: only the manifest is in the way of the latest. */
  readonly state: "current" | "outdated" | "bound" | "unknown";
  readonly problem?: ReturnType<typeof asProblem>;
}

const AT_ONCE = 8;

/** What each plugin could be upgraded to, in the manifest's order. Uses the network, writes nothing. */
export async function findOutdated(names: readonly string[], context: Context): Promise<readonly Outdated[]> {
  const { manifest, lock } = await readInputs(context);
  const unknown = names.find((name) => !manifest.plugins.some((entry) => entry.name === name));
  if (unknown !== undefined)
    throw new AtkError("E_PLUGIN_NOT_FOUND", `there is no plugin ${JSON.stringify(unknown)} in the manifest`);
  const chosen = manifest.plugins.filter(({ name, enabled }) => (names.length === 0 ? enabled : names.includes(name)));
  const { mapBounded } = await import("../../sources/map-bounded.ts");
  const opening: Opening = { readOnly: true, manifest };
  return mapBounded(chosen, AT_ONCE, (entry) => lookUp(entry, lock.plugins[entry.name], opening, context));
}

async function lookUp(
  entry: PluginEntry,
  locked: LockedPlugin | undefined,
  opening: Opening,
  context: Context,
): Promise<Outdated> {
  const known = {
    name: entry.name,
    source: sourceText(entry.source),
    ...(locked === undefined ? {} : { locked: inShort(locked) }),
  };
  try {
    const allowed = (await resolvePlugin(entry, opening, context)).locked;
    const free = withoutVersion(entry.source);
    const latest =
      free === undefined ? allowed : (await resolvePlugin({ ...entry, source: free }, opening, context)).locked;
    const isCurrent = locked !== undefined && sameContent(locked, allowed);
    const state = isCurrent ? (latest.integrity === allowed.integrity ? "current" : "bound") : "outdated";
    return { ...known, allowed: inShort(allowed), latest: inShort(latest), state };
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    return { ...known, state: "unknown", problem: asProblem(error) };
  }
}

/** Pins of its servers are no version of its own. */
function sameContent(a: LockedPlugin, b: LockedPlugin): boolean {
  const bare = ({ programs: _pins, ...rest }: LockedPlugin): string => approvedDigest(rest, []);
  return bare(a) === bare(b);
}

/** The same source, bound to nothing; undefined when it is bound to nothing already. */
function withoutVersion(source: Source): Source | undefined {
  if (source.type === "git") {
    const { ref, ...rest } = source;
    return ref === undefined ? undefined : rest;
  }
  if (source.type !== "registry" && source.type !== "npm" && source.type !== "mcp-registry") return undefined;
  const { version, ...rest } = source;
  return version === undefined ? undefined : rest;
}
