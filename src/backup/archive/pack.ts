import { createHash } from "node:crypto";
import { readlinkSync, type Stats } from "node:fs";
import { AtkError } from "../../core/errors.ts";
import { fileFault } from "../../host/file-fault.ts";
import { COMPANIONS } from "../sqlite.ts";
import { nameOfBytes, systemPath } from "./byte-names.ts";
import type { Entry, ListedEntry } from "./entry.ts";
import { readSteady } from "./read-steady.ts";
import type { Bytes } from "./streams.ts";
import { tarEnd, tarHeader, tarPadding } from "./tar-write.ts";
import { walk, type Found, type Source } from "./walk.ts";

export interface PackOptions {
  /** A copy of this file is packed in its place: a database in use. Undefined: the file itself. */
  readonly copyOf: (path: string, sizeBytes: number) => Promise<Copied | undefined>;
  /** Something that is not in the archive, or not as it should be, in words. */
  readonly note: (message: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface Copied {
  readonly path: string;
  remove(): Promise<void>;
}

/** A stream of tar, and what is in it once the stream is through. */
export interface Packing {
  readonly bytes: Bytes;
  /** Entries by their number, without those that were written again. */
  list(): readonly ListedEntry[];
}

/** Added by something else than walking: volumes that only their engine can read. */
export type Extra = (packer: Packer) => Bytes;

export interface Packer {
  /** Adds an entry; gives what has to be written for it. */
  add(entry: Entry, content: Bytes, more?: Partial<ListedEntry>): Bytes;
}

const AGAIN = 2;

/**
 * Packs what is there now. Files that change while they are read are read again at the end; the archive then has both, and the list
 * the later one. Memory: one chunk of one file, and the list.
 */
export function pack(sources: readonly Source[], extras: readonly Extra[], options: PackOptions): Packing {
  const listed = new Map<string, ListedEntry>();
  const unsteady = new Map<string, Found>();
  let count = 0;
  const packer: Packer = {
    async *add(entry, content, more = {}) {
      if (options.signal?.aborted) throw new AtkError("E_INTERRUPTED", "the backup was stopped; nothing is left of it");
      yield tarHeader(entry);
      const hash = createHash("sha256");
      for await (const chunk of content) {
        hash.update(chunk);
        yield chunk;
      }
      yield tarPadding(entry.size);
      const sha256 = entry.type === "file" ? { sha256: hash.digest("hex") } : {};
      listed.set(entry.path, { ...entry, n: count, ...sha256, ...more });
      count += 1;
    },
  };
  const state: State = { packer, names: new Map(), unsteady, companions: new Set(), options };
  const bytes = async function* (): Bytes {
    for (const source of sources) yield* packSource(source, state);
    for (const extra of extras) yield* extra(packer);
    for (let left = AGAIN; left > 0 && unsteady.size > 0; left -= 1) {
      const again = [...unsteady.values()];
      unsteady.clear();
      for (const found of again) {
        yield* packFound(found, state);
        // A second name comes after its file: what unpacks the archive has to know the file by then.
        for (const { n: _n, ...second } of secondNames(found.at, listed)) yield* packer.add(second, NOTHING);
      }
    }
    yield tarEnd();
    for (const { at, path } of unsteady.values()) {
      const entry = listed.get(at);
      if (entry !== undefined) listed.set(at, { ...entry, changed: true });
      options.note(`${path} was being changed each time it was read: it may be torn`);
    }
  };
  return { bytes: bytes(), list: () => [...listed.values()].sort((a, b) => a.n - b.n) };
}

function secondNames(at: string, listed: ReadonlyMap<string, ListedEntry>): readonly ListedEntry[] {
  return [...listed.values()].filter(({ type, target }) => type === "hard" && target === at);
}

interface State {
  readonly packer: Packer;
  /** Path in the archive of files with several names, by device and number. */
  readonly names: Map<string, string>;
  /** Changed while they were read. */
  readonly unsteady: Map<string, Found>;
  /** Files that belong to a database that SQLite has copied. */
  readonly companions: Set<string>;
  readonly options: PackOptions;
}

async function* packSource(source: Source, state: State): Bytes {
  const { note } = state.options;
  for await (const found of walk(source)) {
    if (state.companions.delete(found.at)) continue;
    if (found.type === "special") note(`${found.path} is no file (a socket, a pipe or a device) and was left out`);
    else if (found.type !== "gone") yield* packFound(found, state);
    else if (found.path === source.path) note(`${found.path} is not there, so nothing of it was kept`);
  }
}

/** What went away since its folder was listed is passed over. */
async function* packFound(found: Found, state: State): Bytes {
  const { at, path, type, stats } = found;
  try {
    if (stats === undefined) return;
    if (type === "directory") yield* state.packer.add(entryOf(at, "directory", stats), NOTHING);
    else if (type === "link") yield* packLink(found, stats, state);
    else yield* packFile(found, stats, state);
  } catch (error) {
    if (error instanceof AtkError) throw error;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw fileFault("read", path, error);
  }
}

function packLink({ at, path }: Found, stats: Stats, { packer }: State): Bytes {
  const target = nameOfBytes(readlinkSync(systemPath(path), { encoding: "buffer" }));
  return packer.add({ ...entryOf(at, "link", stats), target }, NOTHING);
}

async function* packFile(found: Found, stats: Stats, state: State): Bytes {
  const { packer, names, options, companions } = state;
  const { at, path } = found;
  const id = `${stats.dev}:${stats.ino}`;
  const first = stats.nlink > 1 ? names.get(id) : undefined;
  if (first !== undefined && first !== at)
    return yield* packer.add({ ...entryOf(at, "hard", stats), target: first }, NOTHING);
  const copied = await options.copyOf(path, stats.size);
  if (copied === undefined) yield* packContent(found, path, { ...state, more: {} });
  else {
    for (const ending of COMPANIONS) companions.add(at + ending);
    try {
      yield* packContent({ ...found, stats }, copied.path, { ...state, more: { sqlite: true } });
    } finally {
      await copied.remove();
    }
  }
  if (stats.nlink > 1) names.set(id, at);
}

type Contents = State & { readonly more: Partial<ListedEntry> };

async function* packContent(found: Found, path: string, { packer, unsteady, more }: Contents): Bytes {
  const own = more.sqlite === true ? found.stats : undefined;
  const file = await readSteady(path, (own === undefined ? found.stats?.size : undefined) ?? Number.MAX_SAFE_INTEGER);
  const entry = { ...entryOf(found.at, "file", own ?? file.stats), size: file.stats.size };
  yield* packer.add(entry, file.content, { ...more, ...(hasHoles(file.stats) ? { sparse: true } : {}) });
  if (!file.isSteady()) unsteady.set(found.at, found);
}

/** Fewer blocks (of 512 bytes) than its content would need. */
function hasHoles({ size, blocks }: Stats): boolean {
  return size > 4096 && blocks * 512 < size - 4096;
}

function entryOf(path: string, type: Entry["type"], { mode, mtimeMs, uid, gid }: Stats): Entry {
  return { path, type, size: 0, mode: mode & 0o7777, mtimeMs, uid, gid };
}

const NOTHING: Bytes = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }) };
