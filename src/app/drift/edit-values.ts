import { join } from "node:path";
import type { Json } from "../../core/json.ts";
import { redact, redactText, seal, type Mark } from "../../core/redact.ts";
import { valueAt } from "../../formats/document.ts";
import { changedFiles } from "../../primitives/tree.ts";
import { view } from "../../primitives/view.ts";
import type { Context } from "../context.ts";
import type { Item } from "../make-plan.ts";
import { entryAt } from "./beside.ts";
import { differencesOf, type Difference } from "./differences.ts";
import type { FoundEdit } from "./find-edits.ts";

/** What differs, masked. What atk wrote is known by its digest only, so it is compared with what atk would write now. */
export async function differencesIn(edit: FoundEdit, context: Context): Promise<readonly Difference[]> {
  const hide = await hiderFor(edit, context);
  if (edit.kind === "new") {
    const { map, name } = edit;
    const data = await context.look.data(map.file, map.format);
    return differencesOf(undefined, hide(valueAt(data, entryAt(map, name).at) ?? {}));
  }
  const { locator } = edit.item.change;
  if (locator.kind === "tree") return treeDifferences(edit.item, locator, context);
  const [ours, theirs] = [oursOf(edit.item), await theirsOf(edit.item, context)];
  return differencesOf(ours === undefined ? undefined : hide(ours), theirs === undefined ? undefined : hide(theirs));
}

function oursOf({ resource }: Item): Json | undefined {
  const content = resource?.content;
  if (content?.kind === "fragment") return view(content.value, resource?.shape);
  if (content?.kind === "block" || content?.kind === "file") return content.text;
  return content?.kind === "link" ? { target: content.target } : undefined;
}

async function theirsOf(
  { change: { locator }, resource, observed }: Item,
  { look }: Context,
): Promise<Json | undefined> {
  if (observed?.state !== "present") return undefined;
  if (locator.kind === "fragment") {
    const found = valueAt(await look.data(locator.file, locator.format), locator.at);
    return found === undefined ? undefined : view(found, resource?.shape);
  }
  if (locator.kind === "link") return { target: await linkTarget(locator.file, look) };
  if (locator.kind !== "block" && locator.kind !== "file") return undefined;
  const text = await look.text(locator.file).catch(() => undefined);
  if (locator.kind === "file" || text === undefined) return text;
  const { readBlock } = await import("../../formats/markdown-block.ts");
  return readBlock(text, locator.id);
}

/** Where a link was, somebody may have put a file or a folder. */
async function linkTarget(file: string, look: Context["look"]): Promise<string> {
  const stat = await look.stat(file);
  if (stat?.type === "link") return (await look.files.readLink(file)) ?? "(no link)";
  return stat?.type === "directory" ? "(a folder)" : "(no link)";
}

async function treeDifferences(
  { recorded }: Item,
  locator: Extract<Item["change"]["locator"], { kind: "tree" }>,
  { look }: Context,
): Promise<readonly Difference[]> {
  const files = await changedFiles({ locator, recorded }, look);
  return files.map(({ path, now }) => ({ at: path, ours: "as installed", theirs: now }));
}

/** Where something of it was written last, for its time: files of a tree, else the one file. */
export async function filesOf(edit: FoundEdit, { look }: Context): Promise<readonly string[]> {
  if (edit.kind === "new") return [edit.map.file];
  const { recorded, change } = edit.item;
  const { locator } = change;
  if (locator.kind === "tree") {
    const changed = await changedFiles({ locator, recorded }, look);
    return changed.filter(({ now }) => now === "changed").map(({ path }) => join(locator.directory, path));
  }
  return "file" in locator ? [locator.file] : [];
}

/** Whatever has the shape of a key is hidden as well, wherever it stands: nobody chose the names in what others wrote. */
async function hiderFor(edit: FoundEdit, { digest }: Context): Promise<(value: Json) => Json> {
  const { findMatches } = await import("../../secrets/scan/find-matches.ts");
  const { knownShapes } = await import("../../secrets/scan/known-shapes.ts");
  const mark: Mark = (text) => `#${digest(text).slice(0, 6)}`;
  const cut = (text: string): string =>
    findMatches(text, knownShapes()).reduceRight(
      (rest, { from, to }) => `${rest.slice(0, from)}(secret ${mark(rest.slice(from, to))})${rest.slice(to)}`,
      text,
    );
  const isSealed = edit.kind !== "new" && (edit.item.resource?.sealed === true || edit.item.recorded?.sealed === true);
  const hide = isSealed ? seal : redact;
  return (value) => mapTexts(typeof value === "string" ? redactText(value, mark) : hide(value, mark), cut);
}

function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => mapTexts(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapTexts(member, change)]));
}
