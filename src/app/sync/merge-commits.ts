import type { Git } from "../../git/git.ts";
import type { TreeEdit, TreeEntry } from "../../git/git-merging.ts";
import { mergeKindOf, type MergeContext, type SameSecret } from "../../merge/merge-text.ts";
import type { HomeRepository } from "./home-repository.ts";
import { mergeKnown, mergeOther, type Answering, type FileMerge, type ThreeEntries } from "./merge-file.ts";
import type { Question } from "./questions.ts";

/** Three commits; no base: the two share none. */
export interface ThreeCommits {
  readonly base: string | undefined;
  readonly ours: string;
  readonly theirs: string;
}

/** Both sides brought together, file by file, as edits of our side. */
export interface CommitMerge {
  readonly edits: ReadonlyMap<string, TreeEdit>;
  readonly questions: readonly Question[];
  readonly conflicts: readonly Conflict[];
  /** Secrets of the merged file that are not encrypted for just its machines. */
  readonly needsReencrypt: readonly string[];
  /** What the edits leave is just what the other side has. */
  readonly isTheirs: boolean;
}

export interface Conflict {
  readonly path: string;
  readonly why: string;
}

/** Reads three commits and writes nothing. The manifest first, because the lock has to answer it. */
export async function mergeCommits(
  three: ThreeCommits,
  answering: Answering,
  { git, prefix }: HomeRepository,
  sameSecret: SameSecret,
): Promise<CommitMerge> {
  const [base, ours, theirs] = await Promise.all([
    three.base === undefined ? new Map<string, TreeEntry>() : git.entriesAt(three.base),
    git.entriesAt(three.ours),
    git.entriesAt(three.theirs),
  ]);
  const edits = new Map<string, TreeEdit>();
  const questions: Question[] = [];
  const conflicts: Conflict[] = [];
  const needsReencrypt: string[] = [];
  const context: Known = { sameSecret };
  for (const path of inOrder(new Set([...ours.keys(), ...theirs.keys(), ...base.keys()]), prefix)) {
    const entries = { path, base: base.get(path), ours: ours.get(path), theirs: theirs.get(path) };
    const merged = await mergeEntry(entries, answering, { git, prefix, context });
    if (merged.is === "questions") questions.push(...merged.questions);
    else if (merged.is === "conflict") conflicts.push({ path, why: merged.why });
    else if (!sameEntry(merged.edit, entries.ours)) edits.set(path, merged.edit);
    if (merged.is === "merged") needsReencrypt.push(...(merged.needsReencrypt ?? []));
    await noteText(path, merged, entries, { git, prefix, context });
  }
  const isTheirs = [...new Set([...edits.keys(), ...ours.keys(), ...theirs.keys()])].every((path) => {
    const result = edits.has(path) ? edits.get(path) : ours.get(path);
    return sameEntry(result, theirs.get(path));
  });
  const crossed = crossings(edits, ours);
  return { edits, questions, conflicts: [...conflicts, ...crossed], needsReencrypt, isTheirs };
}

/** What is known of the merge so far. */
interface Known {
  readonly sameSecret: SameSecret;
  manifest?: string | undefined;
  lock?: string | undefined;
}

interface Place {
  readonly git: Git;
  readonly prefix: string;
  readonly context: Known;
}

async function mergeEntry(three: ThreeEntries, answering: Answering, place: Place): Promise<FileMerge> {
  const { base, ours, theirs, path } = three;
  const kind = path.startsWith(place.prefix) ? mergeKindOf(path.slice(place.prefix.length)) : undefined;
  if (sameEntry(ours, theirs)) return { is: "merged", edit: ours };
  // Which of two whole files is needed the merged lock says, also where only one side changed its own.
  if (kind !== "whole" && sameEntry(theirs, base)) return { is: "merged", edit: ours };
  if (kind !== "whole" && sameEntry(ours, base)) return { is: "merged", edit: theirs };
  if (kind === undefined) return mergeOther(three, place.git);
  const context: MergeContext = { ...place.context, path: path.slice(place.prefix.length) };
  return mergeKnown(kind, three, answering, { git: place.git, context });
}

/** The lock has to answer the merged manifest, and the files beside the lock the merged lock. */
async function noteText(path: string, merged: FileMerge, { ours }: ThreeEntries, place: Place): Promise<void> {
  const name = path.slice(place.prefix.length);
  const field = name === "atk.yaml" ? "manifest" : name === "atk.lock" ? "lock" : undefined;
  if (field === undefined || !path.startsWith(place.prefix)) return;
  const edit = merged.is === "merged" ? merged.edit : ours;
  const text = edit === undefined ? undefined : "text" in edit ? edit.text : await place.git.blobText(edit.id);
  place.context[field] = text;
}

const FIRST = ["atk.yaml", "atk.lock"];

function inOrder(paths: ReadonlySet<string>, prefix: string): readonly string[] {
  const rank = (path: string): number => {
    const at = FIRST.indexOf(path.slice(prefix.length));
    return at < 0 || !path.startsWith(prefix) ? FIRST.length : at;
  };
  return [...paths].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function sameEntry(one: TreeEdit, other: TreeEdit): boolean {
  if (one === undefined || other === undefined) return one === other;
  if ("text" in one || "text" in other) return false;
  return one.id === other.id && one.mode === other.mode;
}

/** A file here and a folder of that name there cannot both be. */
function crossings(edits: ReadonlyMap<string, TreeEdit>, ours: ReadonlyMap<string, TreeEntry>): readonly Conflict[] {
  const stays = (path: string): boolean => (edits.has(path) ? edits.get(path) !== undefined : ours.has(path));
  return [...edits].flatMap(([path, edit]) => {
    const folders = path
      .split("/")
      .slice(0, -1)
      .map((_name, at, all) => all.slice(0, at + 1).join("/"));
    const file = edit === undefined ? undefined : folders.find((folder) => stays(folder) || ours.has(folder));
    return file === undefined ? [] : [{ path: file, why: "is a file on one side and a folder on the other" }];
  });
}
