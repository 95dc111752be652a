import { setTimeout as sleep } from "node:timers/promises";
import { AtkError } from "../../core/errors.ts";
import type { BackupTarget } from "../../manifest/upkeep.ts";
import type { TargetDeps } from "../open-target.ts";
import type { Target } from "../target.ts";
import {
  preparedSnapshots,
  repositoryOf,
  resticFault,
  snapshotsIn,
  type Repository,
  DATA,
  leftIn,
  type Snapshot,
} from "./restic-repository.ts";
import { callProgram, readProgram, writeProgram } from "./stream-program.ts";
import { checkedPath } from "./target-path.ts";

/** How long another restic may be at work where one is needed alone. */
const WAIT_MS = 5 * 60_000;
const PAUSE_MS = 2_000;
const CALL_LIMIT_MS = 60 * 60_000;
/** The one file of each snapshot. */
const FILE = "data";

/**
 * A restic repository: each file is a snapshot of one stream, and another one that names it. It compresses, encrypts and keeps equal parts once.
 * Repository and password are in its environment, never arguments.
 */
export async function openRestic(
  name: string,
  target: Extract<BackupTarget, { readonly type: "restic" }>,
  deps: TargetDeps,
): Promise<Target> {
  const repository = await repositoryOf(name, target, deps);
  // Each question takes restic a second: what was there before the first write is asked for once.
  let before: Promise<readonly Snapshot[]> | undefined;
  const known = (): Promise<readonly Snapshot[]> =>
    (before ??= preparedSnapshots(repository).catch((error: unknown) => {
      before = undefined;
      throw error;
    }));
  return {
    name,
    raw: true,
    list: (folder) => list(repository, folder),
    read: (path) => read(repository, checkedPath(path, name)),
    write: async (path, content) => {
      const checked = checkedPath(path, name);
      return write({ repository, before: await known() }, checked, content);
    },
    remove: (path) => remove(repository, checkedPath(path, name)),
  };
}

async function list(repository: Repository, folder: string): ReturnType<Target["list"]> {
  const found = new Map((await snapshotsIn(repository)).map(({ path, size }) => [path, size]));
  return [...found]
    .filter(([path]) => folder === "" || path.startsWith(`${folder}/`))
    .map(([path, size]) => ({ path, size }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function* read(repository: Repository, path: string): AsyncIterable<Uint8Array> {
  const { program } = repository;
  const latest = (await snapshotsIn(repository)).findLast((each) => each.path === path);
  if (latest === undefined)
    throw new AtkError("E_BACKUP", `backup target ${program.target}: could not read ${path}: it is not there`, {
      hint: "atk backup list",
    });
  if (latest.size === 0) return;
  yield* readProgram({ program, args: ["dump", "--quiet", latest.of, `/${FILE}`] }, resticFault(repository, "read"));
}

/**
 * The data is nobody's until a second, small snapshot names it: restic takes the end of a broken pipe for the end of the file, and makes
 * a snapshot of what it got. (Tags could be set later as well, but that needs the repository for itself, and another machine may be at
 * work there.)
 */
async function write(
  { repository, before }: { readonly repository: Repository; readonly before: readonly Snapshot[] },
  path: string,
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  let size = 0;
  const counted = notEmpty(content, (bytes) => (size += bytes));
  const of = await snapshotOf(repository, counted, [DATA]);
  await snapshotOf(repository, only("whole"), ["atk", `path=${encodeURIComponent(path)}`, `size=${size}`, `of=${of}`]);
  // The newest counts, so it is no harm when they stay.
  const former = before.filter((each) => each.path === path);
  if (former.length > 0) await forget(repository, former, []).catch(() => undefined);
}

/** Id of the snapshot. */
async function snapshotOf(
  repository: Repository,
  content: AsyncIterable<Uint8Array>,
  tags: readonly string[],
): Promise<string> {
  const { program } = repository;
  const fault = resticFault(repository, "write");
  const args = ["backup", "--stdin", `--stdin-filename=${FILE}`, "--host=atk", `--tag=${tags.join(",")}`, "--json"];
  const { end } = await writeProgram({ program, args }, content, fault);
  const id = /"snapshot_id":"([0-9a-f]+)"/.exec(end.stdout)?.[1];
  if (id === undefined) throw fault(end);
  return id;
}

/** restic makes no snapshot of nothing; what it gets instead is never read. */
async function* notEmpty(
  content: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncIterable<Uint8Array> {
  let isEmpty = true;
  for await (const chunk of content) {
    isEmpty &&= chunk.byteLength === 0;
    count(chunk.byteLength);
    yield chunk;
  }
  if (isEmpty) yield new Uint8Array(1);
}

async function* only(text: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(text);
}

async function remove(repository: Repository, path: string): Promise<void> {
  const going = (await snapshotsIn(repository)).filter((each) => each.path === path);
  if (going.length > 0) await forget(repository, going, await leftIn(repository));
}

/** With what they name, and with these ids; the space is given back when any are there. */
async function forget(repository: Repository, going: readonly Snapshot[], left: readonly string[]): Promise<void> {
  const ids = going.flatMap(({ id, of }) => [id, of]);
  await alone(repository, ["forget", "--prune", ...ids, ...left]);
}

/** Needs the repository for itself. `unlock` takes only the locks away of those who are dead. (restic.readthedocs.io, unlock) */
async function alone(repository: Repository, args: readonly string[]): Promise<void> {
  const { program } = repository;
  const until = Date.now() + WAIT_MS;
  for (;;) {
    const end = await callProgram({ program, args }, CALL_LIMIT_MS);
    if (end.exitCode === 0) return;
    if (!/already locked/i.test(end.said) || Date.now() >= until) throw resticFault(repository, "remove")(end);
    await callProgram({ program, args: ["unlock"] }, CALL_LIMIT_MS);
    await sleep(PAUSE_MS);
  }
}
