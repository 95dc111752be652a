import { basename, dirname, join, resolve } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Files, FileStat } from "../core/host.ts";
import { digestBytes } from "../host/digest.ts";
import type { Expected, FileChange } from "../host/file-change.ts";
import type { Operation } from "./journal.ts";

export interface Described {
  readonly operations: readonly Operation[];
  /** New bytes and permission bits, or the target of a link, by staged path. Never in the journal. */
  readonly contents: ReadonlyMap<string, Content>;
  /** Directories that do not exist yet, outermost first. */
  readonly directories: readonly string[];
}

export type Content = { readonly bytes: Uint8Array; readonly mode: number } | { readonly target: string };

interface Describing {
  readonly id: string;
  readonly directory: string;
  readonly files: Files;
}

/** The changes as operations on real paths. A change that would change nothing is left out. */
export async function describeOperations(changes: readonly FileChange[], describing: Describing): Promise<Described> {
  const contents = new Map<string, Content>();
  const directories = new Set<string>();
  const operations: Operation[] = [];
  for (const [index, change] of changes.entries()) {
    const operation = await describe(change, index, contents, describing);
    if (operation === undefined) continue;
    operations.push(operation);
    if (operation.staged !== undefined) await noteMissing(dirname(operation.path), directories, describing.files);
  }
  return { operations, contents, directories: [...directories].sort() };
}

async function describe(change: FileChange, index: number, contents: Map<string, Content>, describing: Describing): Promise<Operation | undefined> {
  if (change.type === "remove-directory") return { type: "remove-directory", path: change.path, before: null, after: null };
  const { files } = describing;
  const path = change.type === "write" ? await behindLink(change.path, files) : change.path;
  const stat = await files.stat(path);
  const before = expectedDigest(change.expected);
  const kept = stat === undefined ? {} : { original: join(describing.directory, "tx", describing.id, String(index)), originalMode: stat.mode };
  if (change.type === "remove") return { type: "remove", path, before, after: null, ...kept };
  const staged = join(dirname(path), `.${basename(path)}.atk-${describing.id}`);
  if (change.type === "link") {
    if (before === `link:${change.target}`) return undefined;
    contents.set(staged, { target: change.target });
    return { type: "link", path, before, after: `link:${change.target}`, staged, ...kept };
  }
  refuseUnwritable(path, stat);
  const after = digestBytes(change.bytes);
  const mode = stat === undefined || stat.type !== "file" || change.forceMode ? change.mode : stat.mode;
  if (after === before && stat?.mode === mode) return undefined;
  contents.set(staged, { bytes: change.bytes, mode });
  return { type: "write", path, before, after, staged, ...kept };
}

const MOST_LINKS = 40;

/** The file a path stands for: links followed to the end, also when nothing is there yet. */
async function behindLink(path: string, files: Files): Promise<string> {
  let at = path;
  for (let count = 0; count < MOST_LINKS; count += 1) {
    const target = (await files.stat(at))?.type === "link" ? await files.readLink(at) : undefined;
    if (target === undefined) return at;
    at = resolve(dirname((await files.realPath(dirname(at))) === undefined ? at : join((await files.realPath(dirname(at))) ?? "", basename(at))), target);
  }
  throw new AtkError("E_FILE", `the symbolic links at ${path} go round in a circle`, { at: { file: path }, hint: "repair the link" });
}

function refuseUnwritable(path: string, stat: FileStat | undefined): void {
  if (stat === undefined) return;
  if (stat.type !== "file" && stat.type !== "link") {
    const what = stat.type === "directory" ? "a folder" : "not a regular file";
    throw new AtkError("E_FILE", `${path} is ${what}, so atk cannot write it`, { at: { file: path }, hint: `move it away: mv ${path} ${path}.old` });
  }
  if (stat.type === "file" && (stat.mode & 0o200) === 0) {
    throw new AtkError("E_FILE", `${path} is read-only, so atk leaves it alone`, { at: { file: path }, hint: `chmod u+w ${path}` });
  }
}

function expectedDigest(expected: Expected): string | null {
  if (expected.state === "absent") return null;
  return expected.state === "link" ? `link:${expected.target}` : expected.digest;
}

async function noteMissing(directory: string, missing: Set<string>, files: Files): Promise<void> {
  if (missing.has(directory) || (await files.stat(directory)) !== undefined) return;
  missing.add(directory);
  await noteMissing(dirname(directory), missing, files);
}
