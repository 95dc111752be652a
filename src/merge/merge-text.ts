import type { Json } from "../core/json.ts";
import { createQuestions } from "./disagree.ts";

export type MergeKind = "manifest" | "lock" | "secrets" | "ignore" | "whole";

/** The texts of one file at the common ancestor and on both sides; undefined: the file is not there. */
export interface MergeInput {
  readonly base?: string | undefined;
  readonly ours?: string | undefined;
  readonly theirs?: string | undefined;
}

/** One field that both sides changed, each another way; undefined: it is not there. */
export interface Disagreement {
  /** Stable text, e.g. `plugins.github.source.version`. */
  readonly id: string;
  readonly base?: Json | undefined;
  readonly ours?: Json | undefined;
  readonly theirs?: Json | undefined;
}

/** Which side is taken, by the id of the disagreement. */
export type Answers = Readonly<Record<string, "ours" | "theirs">>;

export interface Merged {
  /** Undefined: the file goes. With open disagreements it has what we have for those fields. */
  readonly text?: string | undefined;
  /** Those without an answer. */
  readonly disagreements: readonly Disagreement[];
  /** Secrets that are not encrypted for exactly the machines of the merged file. */
  readonly needsReencrypt?: readonly string[] | undefined;
}

/** What the merged text depends on beside the three texts. */
export interface MergeContext {
  /** The merged manifest, for a lock. */
  readonly manifest?: string | undefined;
  /** The merged lock, for a file of `atk.lock.d`. */
  readonly lock?: string | undefined;
  /** Whether two encrypted values are the same secret; undefined: this machine cannot open them. Without it such a change is asked about. */
  readonly sameSecret?: SameSecret | undefined;
  /** The file, relative to the top of the repository; for messages, and for files of `atk.lock.d`. */
  readonly path?: string | undefined;
}

export type SameSecret = (a: string, b: string) => Promise<boolean | undefined>;

/** How a file is merged, by its path relative to the top of the repository (with `/`); undefined: not by atk. */
export function mergeKindOf(path: string): MergeKind | undefined {
  if (path.startsWith("atk.lock.d/")) return "whole";
  return KINDS.get(path);
}

const KINDS: ReadonlyMap<string, MergeKind> = new Map([
  ["atk.yaml", "manifest"],
  ["atk.lock", "lock"],
  ["secrets.yaml", "secrets"],
  [".gitignore", "ignore"],
  [".gitattributes", "ignore"],
]);

/**
 * The three-way merge of one file by what it means. Which side is called ours does not matter for the result, but for disagreements.
 * @throws AtkError E_MANIFEST or E_LOCK (file:line:column) when a side cannot be read.
 */
export async function mergeText(
  kind: MergeKind,
  { base, ours, theirs }: MergeInput,
  answers: Answers,
  context: MergeContext = {},
): Promise<Merged> {
  if (kind === "whole") {
    const { mergeWhole } = await import("./merge-whole.ts");
    return mergeWhole({ base, ours, theirs }, answers, context);
  }
  if (theirs === base || ours === theirs) return { text: ours, disagreements: [] };
  if (ours === base) return { text: theirs, disagreements: [] };
  if (ours === undefined || theirs === undefined)
    return mergeRemoved({ base, ours, theirs }, answers, context.path ?? FILES[kind]);
  const file = context.path ?? FILES[kind];
  if (kind === "manifest") {
    const { mergeManifest } = await import("./merge-manifest.ts");
    return mergeManifest({ base, ours, theirs }, answers, file);
  }
  if (kind === "lock") {
    const { mergeLock } = await import("./merge-lock.ts");
    return mergeLock({ base, ours, theirs, manifest: context.manifest }, answers, file);
  }
  if (kind === "ignore") {
    const { mergeIgnore } = await import("./merge-ignore.ts");
    return mergeIgnore({ base, ours, theirs });
  }
  const { mergeSecrets } = await import("./merge-secrets.ts");
  return mergeSecrets({ base, ours, theirs, sameSecret: context.sameSecret }, answers, file);
}

const FILES = { manifest: "atk.yaml", lock: "atk.lock", secrets: "secrets.yaml", ignore: ".gitignore" };

/** One side took the file away and the other changed it. */
function mergeRemoved(input: MergeInput, answers: Answers, id: string): Merged {
  const questions = createQuestions(answers);
  const word = (text: string | undefined) => (text === undefined ? undefined : "changed");
  const shown = {
    base: input.base === undefined ? undefined : "there",
    ours: word(input.ours),
    theirs: word(input.theirs),
  };
  const text = questions.settle(id, { base: input.base, ours: input.ours, theirs: input.theirs }, shown);
  return { text, disagreements: questions.open };
}
