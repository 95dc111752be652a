import type { Git } from "../../git/git.ts";
import type { TreeEdit, TreeEntry } from "../../git/git-merging.ts";
import type { Answers, MergeContext, MergeKind, Merged } from "../../merge/merge-text.ts";
import { questionId, questionOf, type Question } from "./questions.ts";
import type { Side } from "./sync-request.ts";

/** One file as it is at the common ancestor and on both sides. */
export interface ThreeEntries {
  readonly path: string;
  readonly base: TreeEntry | undefined;
  readonly ours: TreeEntry | undefined;
  readonly theirs: TreeEntry | undefined;
}

export type FileMerge =
  | { readonly is: "merged"; readonly edit: TreeEdit; readonly needsReencrypt?: Merged["needsReencrypt"] }
  | { readonly is: "questions"; readonly questions: readonly Question[] }
  /** Neither atk nor git can merge it. */
  | { readonly is: "conflict"; readonly why: string };

export interface Answering {
  readonly answers: Answers;
  readonly prefer?: Side | undefined;
}

/** A file that atk knows, by what it means. @throws AtkError E_MANIFEST, E_LOCK when a side cannot be read */
export async function mergeKnown(
  kind: MergeKind,
  three: ThreeEntries,
  { answers, prefer }: Answering,
  { git, context }: { readonly git: Git; readonly context: MergeContext },
): Promise<FileMerge> {
  const { mergeText } = await import("../../merge/merge-text.ts");
  const texts = await textsOf(three, git);
  if (texts === undefined) return { is: "conflict", why: "is no UTF-8 text" };
  const own: Record<string, Side> = {};
  let merged: Merged = await mergeText(kind, texts, own, context);
  for (;;) {
    const answered = merged.disagreements.flatMap(({ id }) => {
      const side = answers[questionId(three.path, id)] ?? prefer;
      return side === undefined || own[id] !== undefined ? [] : [[id, side] as const];
    });
    if (answered.length === 0) break;
    for (const [id, side] of answered) own[id] = side;
    merged = await mergeText(kind, texts, own, context);
  }
  if (merged.disagreements.length > 0)
    return { is: "questions", questions: merged.disagreements.map((each) => questionOf(kind, three.path, each)) };
  const { text, needsReencrypt } = merged;
  return { is: "merged", edit: editOf(text, texts, three), needsReencrypt };
}

/** A side's own content where the text is just that, so that nothing is written twice. */
function editOf(text: string | undefined, texts: Texts, three: ThreeEntries): TreeEdit {
  if (text === undefined) return undefined;
  const mode = modeOf(three) ?? "100644";
  const same = text === texts.ours ? three.ours : text === texts.theirs ? three.theirs : undefined;
  return same === undefined ? { mode, text } : { mode, id: same.id };
}

/** Any other file: git's own merge of lines; what cannot be merged line by line is a conflict. */
export async function mergeOther(three: ThreeEntries, git: Git): Promise<FileMerge> {
  const { base, ours, theirs } = three;
  if (ours === undefined) return { is: "conflict", why: "was removed here and changed at the remote" };
  if (theirs === undefined) return { is: "conflict", why: "was changed here and removed at the remote" };
  const mode = modeOf(three);
  const isText = [ours, theirs].every((entry) => entry.mode.startsWith("100"));
  if (!isText || mode === undefined) return { is: "conflict", why: "was changed in two ways that cannot be merged" };
  if (ours.id === theirs.id) return { is: "merged", edit: { mode, id: ours.id } };
  if (base !== undefined && (ours.id === base.id || theirs.id === base.id))
    return { is: "merged", edit: { mode, id: ours.id === base.id ? theirs.id : ours.id } };
  const texts = await textsOf(three, git);
  if (texts?.ours === undefined || texts.theirs === undefined)
    return { is: "conflict", why: "was changed here and at the remote, and is no text" };
  const text = await git.mergeTexts({ base: texts.base ?? "", ours: texts.ours, theirs: texts.theirs });
  if (text === undefined) return { is: "conflict", why: "has lines that were changed here and at the remote" };
  return { is: "merged", edit: { mode, text } };
}

/** The permission of the side that changed it; undefined: both did, in different ways. */
function modeOf({ base, ours, theirs }: ThreeEntries): string | undefined {
  if (ours === undefined || theirs === undefined) return (ours ?? theirs)?.mode;
  if (ours.mode === theirs.mode || theirs.mode === base?.mode) return ours.mode;
  return ours.mode === base?.mode ? theirs.mode : undefined;
}

interface Texts {
  readonly base?: string | undefined;
  readonly ours?: string | undefined;
  readonly theirs?: string | undefined;
}

async function textsOf({ base, ours, theirs }: ThreeEntries, git: Git): Promise<Texts | undefined> {
  const read = async (entry: TreeEntry | undefined): Promise<string | undefined> =>
    entry === undefined ? undefined : ((await git.blobText(entry.id)) ?? NO_TEXT);
  const [b, o, t] = await Promise.all([read(base), read(ours), read(theirs)]);
  return [b, o, t].includes(NO_TEXT) ? undefined : { base: b, ours: o, theirs: t };
}

/** Git texts never hold a NUL here, so this is none of them. */
const NO_TEXT = "\0";
