import { join } from "node:path";
import { isObject, type JsonObject } from "../../core/json.ts";
import type { Locator, Shape } from "../../core/resource.ts";
import { valueAt, type DocumentEdit } from "../../formats/document.ts";
import type { Edit } from "../../primitives/edit.ts";
import type { Subject } from "../../primitives/provider.ts";
import { keyChanges } from "../../primitives/view.ts";
import type { Context } from "../context.ts";
import type { TwoWorlds } from "./restore-item.ts";
import type { TaskRecord } from "./run-record.ts";

export interface Restoring {
  readonly task: TaskRecord;
  readonly subject: Subject<Locator["kind"]>;
  /** false: it is as it was already. */
  readonly hasChanged: boolean;
}

/** Edits after which a resource is as it was before the run; what others wrote beside it stays. */
export async function restoreEdits(restoring: Restoring, worlds: TwoWorlds): Promise<readonly Edit[]> {
  if (!restoring.hasChanged) return [];
  const { locator, shape } = restoring.subject;
  switch (locator.kind) {
    case "fragment":
      return fragmentEdits(locator, shape, worlds);
    case "block":
      return blockEdits(locator, worlds);
    case "file":
    case "link":
      return pathEdits(locator.file, worlds);
    case "tree":
      return (
        await Promise.all(treePaths(locator.directory, restoring.task).map((path) => pathEdits(path, worlds)))
      ).flat();
    case "command":
    case "service":
    case "timer":
      return [];
  }
}

async function fragmentEdits(
  { file, format, at }: Extract<Locator, { kind: "fragment" }>,
  shape: Shape | undefined,
  { now, earlier }: TwoWorlds,
): Promise<readonly Edit[]> {
  const [found, value] = await Promise.all(
    [now, earlier].map(async ({ look }) => valueAt(await look.data(file, format), at)),
  );
  if (value === undefined) return [{ type: "document", file, format, edits: [{ op: "delete", at }] }];
  if (!isObject(found) || !isObject(value) || shape === undefined)
    return [{ type: "document", file, format, edits: [{ op: "set", at, value }] }];
  const { set, remove } = keyChanges(found, ownedOf(value, shape), shape);
  const edits: DocumentEdit[] = remove.map((key) => ({ op: "delete", at: [...at, key] }));
  for (const [key, member] of Object.entries(set)) edits.push({ op: "set", at: [...at, key], value: member });
  return [{ type: "document", file, format, edits }];
}

/** What a client wrote into an entry meanwhile is its own. */
function ownedOf(value: JsonObject, { owned }: Shape): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => owned.includes(key)));
}

async function blockEdits(
  { file, id }: Extract<Locator, { kind: "block" }>,
  { earlier }: TwoWorlds,
): Promise<readonly Edit[]> {
  const { readBlock } = await import("../../formats/markdown-block.ts");
  const before = await earlier.look.text(file);
  return [{ type: "block", file, id, text: before === undefined ? undefined : readBlock(before, id) }];
}

function treePaths(directory: string, { before, after }: TaskRecord): readonly string[] {
  const listed = [...(before?.files ?? []), ...(after?.files ?? [])].map(({ path }) => path);
  return [...new Set(listed)].sort().map((path) => join(directory, path));
}

async function pathEdits(file: string, { now, earlier }: TwoWorlds): Promise<readonly Edit[]> {
  const [isSame, stat] = [await isUntouched(file, now, earlier), await earlier.look.stat(file)];
  if (isSame) return [];
  if (stat === undefined) return [{ type: "remove", file }];
  if (stat.type === "link") return [{ type: "link", file, target: (await earlier.look.files.readLink(file)) ?? "" }];
  const bytes = (await earlier.look.bytes(file)) ?? new Uint8Array();
  return [{ type: "file", file, bytes, mode: stat.mode, forceMode: true }];
}

/** A path that the run did not touch looks the same in both worlds: its times are those of now. */
async function isUntouched(file: string, now: Context, earlier: Context): Promise<boolean> {
  const [a, b] = await Promise.all([now.look.files.stat(file), earlier.look.files.stat(file)]);
  return (
    a === b ||
    (a !== undefined && b !== undefined && b.mtimeMs !== -1 && a.ctimeMs === b.ctimeMs && a.inode === b.inode)
  );
}
