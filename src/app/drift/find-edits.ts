import { canonical } from "../../core/json.ts";
import type { Change, InboxSummary } from "../../core/plan.ts";
import { valueAt } from "../../formats/document.ts";
import type { ClientMap } from "../../kinds/client-maps.ts";
import type { IgnoredDrift } from "../../manifest/upkeep.ts";
import type { Context } from "../context.ts";
import type { Item } from "../make-plan.ts";
import { entryAt, newIn, type Beside } from "./beside.ts";

/** What was done to a place that atk keeps: an edit of its entry, the entry gone, another one in its place, or one put beside it. */
export type EditKind = "changed" | "removed" | "in-the-way" | "new";

/** One edit that was not atk's. */
export type FoundEdit = {
  /** Stable: the address of the entry, or `newId` for one that the manifest does not know. */
  readonly id: string;
  /** Keyed, of what is there now; null: nothing is. */
  readonly seen: string | null;
  /** What the manifest says about leaving it alone, in force or over. */
  readonly ignore?: IgnoredDrift;
  readonly standing: Standing;
} & (
  | { readonly kind: Exclude<EditKind, "new">; readonly item: Item }
  | { readonly kind: "new"; readonly map: ClientMap; readonly name: string }
);

/** open: to be answered; ignored: left alone for now; over: the last day is past; changed-again: it is not what was ignored. */
export type Standing = "open" | "ignored" | "over" | "changed-again";

/** What the manifest and this machine's state say about leaving edits alone. */
export interface Ignores {
  readonly byId: ReadonlyMap<string, IgnoredDrift>;
  /** Said just now, of what is there now. */
  readonly anew?: ReadonlySet<string>;
  /** The state's `ignored`. */
  readonly seen: Readonly<Record<string, string | null>>;
  /** `YYYY-MM-DD`. */
  readonly today: string;
}

/** How the manifest's word on an edit stands. What no apply has noted yet counts for whatever is there. */
export function judge(
  id: string,
  seen: string | null,
  { byId, anew, seen: noted, today }: Ignores,
): Pick<FoundEdit, "ignore" | "standing"> {
  const ignore = byId.get(id);
  if (ignore === undefined) return { standing: "open" };
  if (today > ignore.until) return { ignore, standing: "over" };
  const isOther = anew?.has(id) !== true && Object.hasOwn(noted, id) && noted[id] !== seen;
  return { ignore, standing: isOther ? "changed-again" : "ignored" };
}

/** The edit that a compared entry tells of; undefined: none. What a service or a command is doing is no edit. */
export function editOf(item: Item, ignores: Ignores): FoundEdit | undefined {
  const kind = kindOf(item);
  if (kind === undefined) return undefined;
  const { address: id, expected: seen } = item.change;
  return { id, kind, seen, item, ...judge(id, seen, ignores) };
}

function kindOf({ change, observed, recorded, resource }: Item): Exclude<EditKind, "new"> | undefined {
  const { kind } = change.locator;
  if (kind === "service" || kind === "command") return undefined;
  if (change.verdict === "drifted") return "changed";
  if (change.verdict === "unmanaged") return "in-the-way";
  const isGone = observed?.state === "absent" && recorded !== undefined && resource !== undefined;
  return isGone ? "removed" : undefined;
}

/** An entry that is left alone for now: it is neither pending nor does it need attention. */
export function leftAlone(item: Item, ignores: Ignores): Item {
  const edit = editOf(item, ignores);
  if (edit?.standing !== "ignored" || edit.ignore === undefined) return item;
  const { problem: _answered, ...change } = item.change;
  const { reason, until } = edit.ignore;
  return { ...item, edit, change: { ...change, verdict: "ignored", ignored: { reason, until } } };
}

/** What was put beside atk's entries, in the order of the places. */
export async function editsBeside(
  found: readonly Beside[],
  ignores: Ignores,
  context: Pick<Context, "look" | "digest">,
): Promise<readonly FoundEdit[]> {
  const edits = found.map(async (beside): Promise<readonly FoundEdit[]> => {
    const names = newIn(beside);
    if (names.length === 0) return [];
    const { map } = beside;
    const data = await context.look.data(map.file, map.format);
    return names.map((name) => {
      const seen = context.digest(canonical(valueAt(data, entryAt(map, name).at) ?? null));
      const id = newId(map, name);
      return { id, kind: "new", map, name, seen, ...judge(id, seen, ignores) };
    });
  });
  return (await Promise.all(edits)).flat();
}

/** `mcp_server.toy@claude-code`; `mcp_server.toy@claude-code:/work/app` for one that counts in a project only. */
export function newId({ agents, project }: ClientMap, name: string): string {
  return `mcp_server.${name}@${agents[0] ?? ""}${project === undefined ? "" : `:${project}`}`;
}

/** The inbox in numbers, for plan and status; undefined: it is empty. */
export function summariseInbox(edits: readonly FoundEdit[]): InboxSummary | undefined {
  const ignored = edits.flatMap(({ id, standing, ignore }) =>
    standing === "ignored" && ignore !== undefined ? [{ id, reason: ignore.reason, until: ignore.until }] : [],
  );
  const open = edits.length - ignored.length;
  return edits.length === 0 ? undefined : { open, ignored };
}

/** Of the chosen entries: all of them, or those of the named ones. */
export function isChosen(edit: FoundEdit, names: readonly string[]): boolean {
  if (names.length === 0 || names.includes(edit.id)) return true;
  return names.includes(edit.kind === "new" ? edit.name : edit.item.change.owner);
}

/** Of a change that may be ignored: what its verdict would be. */
export function ownerOf(edit: FoundEdit): Change["owner"] | undefined {
  return edit.kind === "new" ? undefined : edit.item.change.owner;
}
