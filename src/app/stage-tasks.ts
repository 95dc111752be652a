import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import type { Locator } from "../core/resource.ts";
import type { Recorded, State } from "../core/state.ts";
import type { FileChange } from "../host/file-change.ts";
import type { Edit } from "../primitives/edit.ts";
import { gather, type Gathered } from "../primitives/gather.ts";
import { providerOf } from "../primitives/providers.ts";
import { subjectOf } from "../primitives/provider.ts";
import type { Context } from "./context.ts";
import type { Task } from "./next-state.ts";

export interface Staged extends Gathered {
  /** Copies of what was there before it is overwritten, by the file they were taken from. */
  readonly backups: Readonly<Record<string, string>>;
}

/** Everything the tasks change in the file system, one change for each file. */
export async function stageTasks(tasks: readonly Task[], state: State, context: Context): Promise<Staged> {
  const edits = (await Promise.all(tasks.map((task) => editsFor(task, state, context)))).flat();
  const newFileMode = context.workspace.scope === "user" ? 0o600 : 0o644;
  const gathered = await gather(edits, { look: context.look, state, newFileMode });
  const backups = await backupChanges(tasks, context);
  return {
    changes: [...backups.changes, ...gathered.changes],
    files: gathered.files,
    backups: backups.places,
  };
}

async function editsFor({ item }: Task, state: State, context: Context): Promise<readonly Edit[]> {
  const { change, resource, recorded, restore } = item;
  if (restore !== undefined) return restore.edits;
  if (change.verdict === "adopt" || change.verdict === "forget") return [];
  if (resource !== undefined) {
    const subject = { ...subjectOf(resource, recorded), content: resource.content };
    return providerOf(resource.locator.kind).put(subject, context);
  }
  return recorded === undefined ? [] : dropEdits(recorded, state, context);
}

function dropEdits(recorded: Recorded, state: State, context: Context): Promise<readonly Edit[]> {
  const shape = recorded.shape === undefined ? undefined : state.shapes[recorded.shape];
  const subject = { locator: recorded.locator, content: undefined, shape, recorded, followsLinks: true };
  return providerOf(recorded.locator.kind).drop(subject, context);
}

interface Backups {
  readonly changes: readonly FileChange[];
  readonly places: Readonly<Record<string, string>>;
}

/** What the user has there is kept, in the state folder, before it is overwritten. */
async function backupChanges(tasks: readonly Task[], context: Context): Promise<Backups> {
  const replaced = tasks.filter(({ resolution }) => resolution === "backup" || resolution === "take-over");
  const files = new Set(replaced.flatMap(({ item }) => fileOf(item.change.locator)));
  const places: Record<string, string> = {};
  const changes: FileChange[] = [];
  for (const file of files) {
    const bytes = await context.look.bytes(file);
    if (bytes === undefined) continue;
    const place = backupPlace(file, bytes, context);
    places[file] = place;
    if ((await context.look.stat(place)) !== undefined) continue;
    changes.push({ type: "write", path: place, bytes, mode: 0o600, expected: { state: "absent" } });
  }
  return { changes, places };
}

/** Where a copy of a file goes that is overwritten on request: one place for each content. */
export function backupPlace(file: string, bytes: Uint8Array, { workspace }: Context): string {
  const content = createHash("sha256").update(file).update(bytes).digest("hex").slice(0, 12);
  return join(workspace.stateDirectory, "backups", `${content}-${basename(file)}`);
}

function fileOf(locator: Locator): readonly string[] {
  return "file" in locator ? [locator.file] : [];
}

/** Directories that the changes will create, outermost first. */
export async function missingDirectories(changes: readonly FileChange[], context: Context): Promise<readonly string[]> {
  const missing = new Set<string>();
  for (const change of changes) {
    if (change.type === "remove" || change.type === "remove-directory") continue;
    for (
      let at = dirname(change.path);
      !missing.has(at) && (await context.look.stat(at)) === undefined;
      at = dirname(at)
    ) {
      missing.add(at);
    }
  }
  return [...missing].sort();
}
