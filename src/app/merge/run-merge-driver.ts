import { resolve } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { mergeKindOf, mergeText, type MergeContext, type Merged, type MergeKind } from "../../merge/merge-text.ts";
import { mergingCommits, type MergingCommits } from "./merging-commits.ts";
import { sameSecretWith } from "./same-secret.ts";

/** The words that git gives: three files with the texts, and where the file is, relative to the top of the repository. */
export interface DriverRequest {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
  readonly path: string;
}

/**
 * Merges for git: the result takes the place of the file of our side.
 * @throws AtkError E_USAGE for a file that is not atk's; E_MANIFEST, E_LOCK when a side cannot be read: then nothing is written.
 */
export async function runMergeDriver({ path, ...files }: DriverRequest, host: Host): Promise<Merged> {
  const place = placeOf(path);
  if (place === undefined) throw notAtks(path);
  const read = async (name: string) => textOf(await host.files.read(fileAt(name, host)), path);
  const input = {
    base: await read(files.base),
    ours: (await read(files.ours)) ?? "",
    theirs: (await read(files.theirs)) ?? "",
  };
  // git gives an empty file for a base that is not there.
  const texts = { ...input, base: input.base === "" ? undefined : input.base };
  const handed = { path, ours: input.ours, theirs: input.theirs };
  const context = await contextOf(place, handed, host);
  const merged = await mergeText(
    place.kind,
    texts,
    {},
    { ...context, path: place.name, sameSecret: sameSecretWith(host) },
  );
  if (merged.text !== undefined && merged.text !== input.ours) await write(fileAt(files.ours, host), merged.text, host);
  return merged;
}

interface Place {
  readonly kind: MergeKind;
  /** The folder of the home in the repository: "" or with a slash at its end. */
  readonly folder: string;
  /** Below it. */
  readonly name: string;
}

/** A home may be a folder of a repository. */
function placeOf(path: string): Place | undefined {
  for (let from = 0; from >= 0; from = path.indexOf("/", from) + 1 || -1) {
    const name = path.slice(from);
    const kind = mergeKindOf(name);
    if (kind !== undefined) return { kind, folder: path.slice(0, from), name };
  }
  return undefined;
}

function notAtks(path: string): AtkError {
  return new AtkError("E_USAGE", `${path} is not a file that atk merges`, {
    hint: "take its line out of .gitattributes",
  });
}

const fileAt = (name: string, { machine }: Host) => resolve(machine.workingDirectory, name);

function textOf(bytes: Uint8Array | undefined, path: string): string | undefined {
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new AtkError("E_MANIFEST", `cannot merge ${path}: it is not UTF-8 text`, { at: { file: path } });
  }
}

/** A lock is merged for the merged manifest, and what lies beside it for the merged lock; git has not merged these yet. */
async function contextOf(
  { kind, folder }: Place,
  handed: Parameters<typeof mergingCommits>[0],
  host: Host,
): Promise<MergeContext> {
  if (kind !== "lock" && kind !== "whole") return {};
  const commits = await mergingCommits(handed, host);
  if (commits === undefined) return {};
  const manifest = await mergedIn("manifest", `${folder}atk.yaml`, commits, {});
  if (kind === "lock") return { manifest };
  return { manifest, lock: await mergedIn("lock", `${folder}atk.lock`, commits, { manifest }) };
}

/** Undefined as well when it cannot be merged: git tells that when its turn comes. */
async function mergedIn(
  kind: MergeKind,
  path: string,
  commits: MergingCommits,
  context: MergeContext,
): Promise<string | undefined> {
  const [base, ours, theirs] = await Promise.all(
    [commits.base, commits.ours, commits.theirs].map((commit) => commits.read(commit, path)),
  );
  const merged = await mergeText(kind, { base, ours, theirs }, {}, context).catch((error: unknown) => {
    if (error instanceof AtkError) return undefined;
    throw error;
  });
  return merged?.text;
}

async function write(path: string, text: string, { files }: Host): Promise<void> {
  const scratch = `${path}.atk`;
  await files.create(scratch, new TextEncoder().encode(text), 0o644);
  await files.rename(scratch, path);
}
