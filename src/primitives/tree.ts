import { createHash } from "node:crypto";
import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { FileStat } from "../core/host.ts";
import type { TreeFile } from "../core/resource.ts";
import type { RecordedFile } from "../core/state.ts";
import { treeIntegrity } from "../core/tree-integrity.ts";
import type { Edit } from "./edit.ts";
import type { Look } from "./look.ts";
import type { Provider, Subject } from "./provider.ts";

/** The files of a tree below a folder. Other files there (.env, custom/, data) are never read or touched. */
export const tree: Provider<"tree"> = {
  kind: "tree",
  wanted: (content, _shape, { digest }) => digest(content.integrity),

  async observe(subject, { look, digest }) {
    try {
      const listing = subject.recorded?.files ?? (await openEntries(subject)).map(toRecordedFile);
      const found = await Promise.all(listing.map((file) => inspect(subject.locator.directory, file, look)));
      if (found.every((file) => file === undefined)) return { state: "absent" };
      if (subject.recorded !== undefined && found.every((file, index) => file === listing[index])) {
        return { state: "present", digest: subject.recorded.digest };
      }
      const present = found.filter((file) => file !== undefined);
      return { state: "present", digest: digest(treeIntegrity(present.map(toTreeFile))) };
    } catch (error) {
      if (error instanceof AtkError) return { state: "blocked", error };
      throw error;
    }
  },

  async put(subject) {
    const { directory } = subject.locator;
    const content = await subject.content.open();
    const keep = new Set(content.entries.map((entry) => entry.path));
    const removals = (subject.recorded?.files ?? []).filter((file) => !keep.has(file.path));
    const writes = content.entries.map((entry) => writeEdit(directory, entry, content.read));
    return [...(await Promise.all(writes)), ...removals.map((file) => removeEdit(directory, file))];
  },

  async drop(subject) {
    return (subject.recorded?.files ?? []).map((file) => removeEdit(subject.locator.directory, file));
  },

  files: async (content) => (await content.open()).entries.map(toRecordedFile),
};

/** The files of a recorded tree that are not as they were written, and how. */
export async function changedFiles(
  { locator, recorded }: Pick<Subject<"tree">, "locator" | "recorded">,
  look: Look,
): Promise<readonly { readonly path: string; readonly now: "changed" | "gone" }[]> {
  const listing = recorded?.files ?? [];
  const found = await Promise.all(listing.map((file) => inspect(locator.directory, file, look)));
  return listing.flatMap((file, index) => {
    const now = found[index];
    return now === file ? [] : [{ path: file.path, now: now === undefined ? "gone" : "changed" } as const];
  });
}

async function openEntries(subject: Subject<"tree">): Promise<readonly TreeFile[]> {
  return subject.content === undefined ? [] : (await subject.content.open()).entries;
}

/** What `stat` says in the short form that is recorded. */
export function statTuple(stat: FileStat): readonly [number, number, number, number] {
  return [stat.mtimeMs, stat.ctimeMs, stat.sizeBytes, stat.inode];
}

/** The file as it is now: the same object when nothing changed, undefined when it is gone. */
async function inspect(directory: string, file: RecordedFile, look: Look): Promise<RecordedFile | undefined> {
  const path = join(directory, file.path);
  const stat = await look.files.stat(path);
  if (stat === undefined) return undefined;
  if (stat.type === "link") return inspectLink(path, file, look);
  if (stat.type !== "file") return { path: file.path, sha256: stat.type, executable: false };
  if (file.stat !== undefined && statTuple(stat).every((part, index) => part === file.stat?.[index])) return file;
  const sha256 = sha256Of((await look.files.read(path)) ?? new Uint8Array());
  const executable = look.keepsExecutableBit ? (stat.mode & 0o100) !== 0 : file.executable;
  const same = file.target === undefined && sha256 === file.sha256 && executable === file.executable;
  return same ? file : { path: file.path, sha256, executable };
}

async function inspectLink(path: string, file: RecordedFile, look: Look): Promise<RecordedFile> {
  const target = (await look.files.readLink(path)) ?? "";
  return target === file.target ? file : { path: file.path, sha256: "", executable: false, target };
}

function toRecordedFile(entry: TreeFile): RecordedFile {
  if (entry.type === "link") return { path: entry.path, sha256: "", executable: false, target: entry.target };
  return { path: entry.path, sha256: entry.sha256, executable: entry.executable };
}

function toTreeFile(file: RecordedFile): TreeFile {
  if (file.target !== undefined) return { type: "link", path: file.path, target: file.target };
  return { type: "file", path: file.path, executable: file.executable, sha256: file.sha256 };
}

async function writeEdit(
  directory: string,
  entry: TreeFile,
  read: (path: string) => Promise<Uint8Array>,
): Promise<Edit> {
  const file = join(directory, entry.path);
  if (entry.type === "link") return { type: "link", file, target: entry.target };
  return { type: "file", file, bytes: await read(entry.path), mode: entry.executable ? 0o755 : 0o644, forceMode: true };
}

function removeEdit(directory: string, file: RecordedFile): Edit {
  return { type: "remove", file: join(directory, file.path) };
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
