import { AtkError } from "../../core/errors.ts";
import type { FetchResult } from "../../git/git-merging.ts";
import type { Branch, HomeRepository } from "./home-repository.ts";
import { readSeen } from "./kept-refs.ts";

type Fetched = Extract<FetchResult, { state: "fetched" }>;

/** How this branch and the remote's stand to each other. */
export type Relation =
  /** The remote has no commit that we lack. */
  | { readonly kind: "nothing-new" }
  | { readonly kind: "behind"; readonly theirs: string }
  | { readonly kind: "diverged"; readonly theirs: string; readonly base: string | undefined }
  /** Commits that were at the remote (`base`) and are here are gone there. */
  | { readonly kind: "rewritten"; readonly theirs: string; readonly base: string };

export interface Allowed {
  readonly acceptRewritten: boolean;
  readonly acceptUnrelated: boolean;
}

/** @throws AtkError E_GIT for a history that a person has to look at: rewritten, unrelated, another branch; nothing is changed */
export async function relate(
  repository: HomeRepository,
  { name, commit: ours }: Branch,
  fetched: Fetched,
  allowed: Allowed,
): Promise<Relation> {
  const { git } = repository;
  const { commit: theirs, otherBranch } = fetched;
  if (theirs === undefined && otherBranch !== undefined) throw anotherBranch(name, fetched, otherBranch);
  if (theirs === undefined || theirs === ours) return { kind: "nothing-new" };
  const seen = await readSeen(repository, fetched);
  const gone = seen !== undefined && (await isLost(repository, { seen, ours, theirs }));
  if (gone && !allowed.acceptRewritten) throw rewritten(fetched, await git.countCommits(theirs, seen));
  if (gone) return { kind: "rewritten", theirs, base: seen };
  const base = await git.mergeBase(ours, theirs);
  if (base === theirs) return { kind: "nothing-new" };
  if (base === ours) return { kind: "behind", theirs };
  if (base === undefined && !allowed.acceptUnrelated) throw unrelated(fetched);
  return { kind: "diverged", theirs, base };
}

interface Three {
  readonly seen: string;
  readonly ours: string;
  readonly theirs: string;
}

/** Whether what was at the remote is in our history and no longer in theirs. */
async function isLost({ git }: HomeRepository, { seen, ours, theirs }: Three): Promise<boolean> {
  if ((await git.readRef(seen)) === undefined) return false;
  return (await git.mergeBase(seen, theirs)) !== seen && (await git.mergeBase(seen, ours)) === seen;
}

function rewritten({ remote, branch }: Fetched, lost: number): AtkError {
  const commits = `${lost} commit${lost === 1 ? "" : "s"}`;
  return new AtkError(
    "E_GIT",
    `cannot sync: ${remote}/${branch} was rewritten: ${commits} that came from there, or went there, ${lost === 1 ? "is" : "are"} gone; nothing was changed`,
    {
      hint: `atk sync --accept-rewritten takes the new history and puts your own edits on it (the old one is kept); to put the old one back: atk git push --force-with-lease ${remote} HEAD:${branch}`,
    },
  );
}

function unrelated({ remote, branch }: Fetched): AtkError {
  return new AtkError(
    "E_GIT",
    `cannot sync: ${remote}/${branch} and this home share no commit: they are two different homes; nothing was changed`,
    {
      hint: "check the address (atk git remote -v); atk init DIR --from URL clones the other one; atk sync --accept-unrelated joins the two",
    },
  );
}

function anotherBranch(name: string, { remote, branch }: Fetched, other: string): AtkError {
  const hint =
    branch === name
      ? `to follow it: atk git branch -m ${other} && atk git branch -u ${remote}/${other} (after atk git fetch); to make a second one: atk git push -u ${remote} ${name}`
      : `to follow it: atk git fetch && atk git branch -u ${remote}/${other}`;
  return new AtkError("E_GIT", `cannot sync: ${remote} has no branch ${branch}, it has ${other}; nothing was changed`, {
    hint,
  });
}
