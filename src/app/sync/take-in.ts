import { AtkError } from "../../core/errors.ts";
import type { FetchResult } from "../../git/git-merging.ts";
import type { TreeEdit } from "../../git/git-merging.ts";
import type { SameSecret } from "../../merge/merge-text.ts";
import { lookAgain, type Context } from "../context.ts";
import { sameSecretWith } from "../merge/same-secret.ts";
import { finishOpenWork, withHomeLock } from "../open-work.ts";
import { checkIncoming } from "./check-incoming.ts";
import { evenSecrets } from "./even-secrets.ts";
import type { Branch, HomeRepository } from "./home-repository.ts";
import { writeSeen } from "./kept-refs.ts";
import { mergeCommits, type Conflict } from "./merge-commits.ts";
import { changedPaths } from "./move-files.ts";
import { moveHome, type Moved } from "./move-home.ts";
import type { Question } from "./questions.ts";
import { relate, type Relation } from "./relation.ts";
import type { SyncRequest, Taken } from "./sync-request.ts";

type Fetched = Extract<FetchResult, { state: "fetched" }>;

/** What the remote has and we have not, brought together with ours; nothing is changed yet. */
export interface Incoming {
  readonly taken: Exclude<Taken, "offline">;
  readonly received: number;
  readonly questions: readonly Question[];
  readonly files: readonly string[];
  /** What becomes of our files. */
  readonly edits: ReadonlyMap<string, TreeEdit>;
  readonly needsReencrypt?: readonly string[];
  /** Absent: nothing is to be moved. */
  readonly target?: { readonly commit: string } | { readonly parents: readonly string[]; readonly message: string };
}

const NOTHING: Incoming = { taken: "nothing", received: 0, questions: [], files: [], edits: new Map() };

/** @throws AtkError E_GIT for what a person has to look at, E_MANIFEST or E_LOCK for what cannot be read; nothing is changed */
export async function deriveIncoming(
  repository: HomeRepository,
  branch: Branch,
  { fetched, request }: { readonly fetched: Fetched; readonly request: SyncRequest },
  context: Context,
): Promise<Incoming> {
  const relation = await relate(repository, branch, fetched, request);
  if (relation.kind === "nothing-new") return NOTHING;
  const from = `${fetched.remote}/${fetched.branch}`;
  const sameSecret = sameSecretWith(context.host);
  const derived = await derive(relation, { repository, branch, from, request, sameSecret });
  if (derived.questions.length > 0) return derived;
  await checkIncoming(derived.edits, from, repository, context);
  return derived;
}

interface Deriving {
  readonly repository: HomeRepository;
  readonly branch: Branch;
  readonly from: string;
  readonly request: SyncRequest;
  readonly sameSecret: SameSecret;
}

async function derive(relation: Exclude<Relation, { kind: "nothing-new" }>, way: Deriving): Promise<Incoming> {
  const { git } = way.repository;
  const { theirs } = relation;
  const ours = way.branch.commit;
  const received = await git.countCommits(ours, theirs);
  if (relation.kind === "behind") {
    const trees = { from: await git.entriesAt(ours), to: await git.entriesAt(theirs) };
    const files = changedPaths(trees);
    const edits = new Map(files.map((path) => [path, trees.to.get(path)] as const));
    return { taken: "fast-forward", received, questions: [], files, edits, target: { commit: theirs } };
  }
  const merge = await mergeCommits({ base: relation.base, ours, theirs }, way.request, way.repository, way.sameSecret);
  if (merge.conflicts.length > 0) throw conflicting(merge.conflicts, way);
  const { questions, edits, needsReencrypt } = merge;
  const files = [...edits.keys()].sort();
  const isRewritten = relation.kind === "rewritten";
  const message = isRewritten ? `Put own edits on the rewritten ${way.from}` : `Merge ${way.from}`;
  const parents = isRewritten ? [theirs] : [ours, theirs];
  const target = isRewritten && merge.isTheirs ? { commit: theirs } : { parents, message };
  return { taken: isRewritten ? "rewritten" : "merge", received, questions, files, edits, needsReencrypt, target };
}

function conflicting(conflicts: readonly Conflict[], { from, repository }: Deriving): AtkError {
  const problems = conflicts.map(({ path, why }) => ({ message: `${path} ${why}` }));
  const paths = conflicts.map(({ path }) => path).join(", ");
  return new AtkError("E_GIT", `cannot sync: ${paths} cannot be merged with ${from}; nothing was changed`, {
    at: { file: repository.top },
    problems,
    hint: `atk git merge ${from}, put the files right, atk git add them, atk git commit, then atk sync`,
  });
}

/**
 * Makes it so, with the home locked. undefined: somebody moved the branch since it was derived, and nothing was done.
 * @throws AtkError as `moveHome`
 */
export async function takeIn(
  { edits, needsReencrypt = [], target }: Incoming,
  repository: HomeRepository,
  { branch, fetched }: { readonly branch: Branch; readonly fetched: Fetched },
  context: Context,
): Promise<Moved | "nothing" | undefined> {
  const { git } = repository;
  if (target === undefined) return "nothing";
  return withHomeLock(context, "Sync", async () => {
    await finishOpenWork(context);
    const now = await git.head();
    if (now.branch !== branch.name || now.commit !== branch.commit) return undefined;
    const to = "commit" in target ? target.commit : await writeMerge(target);
    const move = { branch: branch.name, from: branch.commit, to };
    const moved = await moveHome(move, repository, lookAgain(context));
    if (fetched.commit !== undefined) await writeSeen(repository, fetched, fetched.commit);
    return moved;
  });

  async function writeMerge(made: Extract<Incoming["target"], { parents: readonly string[] }>): Promise<string> {
    const base = branch.commit;
    const even = await evenSecrets({ edits, names: needsReencrypt, ours: base }, repository, context);
    return git.writeCommit({ ...made, base, edits: even });
  }
}
