import type { Noun } from "../../core/resource.ts";
import type { FileRecord, Recorded, State } from "../../core/state.ts";
import type { FileChange } from "../../host/file-change.ts";
import type { Context } from "../context.ts";
import type { Task } from "../next-state.ts";

/** What a run knew of its resources, kept with its images, so that it can be taken back entry by entry. Holds no content. */
export interface RunRecord {
  readonly tasks: readonly TaskRecord[];
  /** What was remembered of the files before. */
  readonly files: Readonly<Record<string, FileRecord | null>>;
  /** The manifest and the lock after the run. */
  readonly texts: RunTexts;
  /** Entries that were chosen; empty: all. */
  readonly selection: readonly string[];
}

export interface RunTexts {
  readonly manifest?: string;
  readonly lock?: string;
}

export interface TaskRecord {
  readonly key: string;
  readonly address: string;
  readonly noun: Noun;
  readonly owner: string;
  readonly agents: readonly string[];
  readonly verdict: string;
  readonly before: Recorded | null;
  readonly after: Recorded | null;
  /** Digest of what the run left there, where that is not what is recorded of it: an edit of others was put back. */
  readonly left?: string;
}

export interface RecordParts {
  readonly before: State;
  readonly after: State;
  readonly tasks: readonly Task[];
  readonly changes: readonly FileChange[];
  readonly selection: readonly string[];
}

export async function runRecord(parts: RecordParts, context: Context): Promise<RunRecord> {
  const { before, after, tasks, changes, selection } = parts;
  const files = changes.flatMap(({ path }) => {
    const isKnown = before.files[path] !== undefined || after.files[path] !== undefined;
    return isKnown ? [[path, before.files[path] ?? null] as const] : [];
  });
  return {
    tasks: tasks.map(({ item: { change, key, restore } }) => ({
      key,
      address: change.address,
      noun: change.noun,
      owner: change.owner,
      agents: change.agents,
      verdict: change.verdict,
      before: withoutStat(before.resources[key]),
      after: withoutStat(after.resources[key]),
      ...(restore === undefined || change.after === null ? {} : { left: change.after }),
    })),
    files: Object.fromEntries(files),
    texts: await textsAfter(changes, context),
    selection,
  };
}

/** What `stat` said then means nothing later. */
function withoutStat(recorded: Recorded | undefined): Recorded | null {
  if (recorded?.files === undefined) return recorded ?? null;
  return {
    ...recorded,
    files: recorded.files.map(({ path, sha256, executable, target }) => ({
      path,
      sha256,
      executable,
      ...(target === undefined ? {} : { target }),
    })),
  };
}

async function textsAfter(changes: readonly FileChange[], { look, workspace }: Context): Promise<RunTexts> {
  const textOf = async (path: string): Promise<string | undefined> => {
    const change = changes.find((each) => each.path === path);
    if (change?.type === "write") return new TextDecoder().decode(change.bytes);
    return change === undefined ? look.text(path) : undefined;
  };
  const [manifest, lock] = await Promise.all([workspace.manifestFile, workspace.lockFile].map(textOf));
  return { ...(manifest === undefined ? {} : { manifest }), ...(lock === undefined ? {} : { lock }) };
}
