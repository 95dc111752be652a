import { relative, sep } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { Git } from "../../git/git.ts";
import type { Context } from "../context.ts";

/** The repository that a home is in. */
export interface HomeRepository {
  readonly git: Git;
  /** Of the working tree, absolute. */
  readonly top: string;
  /** The home below it: "" or `folder/`. */
  readonly prefix: string;
}

/** @throws AtkError E_GIT when the home is in no repository */
export async function openRepository({ host, workspace }: Context): Promise<HomeRepository> {
  const { findRepository } = await import("../../git/repository.ts");
  const { chooseGit } = await import("../../git/choose-git.ts");
  const top = await findRepository(host.files, workspace.directory);
  if (top === undefined)
    throw new AtkError("E_GIT", `cannot sync ${workspace.directory}: it is not a git repository`, {
      at: { file: workspace.directory },
      hint: "atk git init, then atk git remote add origin URL",
    });
  const below = relative(top, workspace.directory).split(sep).join("/");
  return { git: await chooseGit(host, top), top, prefix: below === "" ? "" : `${below}/` };
}

export interface Branch {
  readonly name: string;
  readonly commit: string;
}

/** @throws AtkError E_GIT for what a person has begun and not ended: a detached HEAD, a merge, a rebase; nothing is changed */
export async function refuseUnready({ git, top }: HomeRepository): Promise<void> {
  const [head, status] = await Promise.all([git.head(), git.status()]);
  const at = { file: top };
  if (status.inProgress !== undefined) {
    const word = status.inProgress;
    const hint = word === "bisect" ? "atk git bisect reset" : `atk git ${word} --continue   (or --abort)`;
    throw new AtkError("E_GIT", `cannot sync ${top}: a ${word} is in progress; nothing was changed`, { at, hint });
  }
  if (head.branch !== undefined) return;
  throw new AtkError("E_GIT", `cannot sync ${top}: HEAD is detached, no branch is checked out; nothing was changed`, {
    at,
    hint: "atk git switch main (a commit you made here is kept by: atk git branch NAME)",
  });
}

/** The branch that is synced. @throws AtkError E_GIT when it has no commit */
export async function currentBranch({ git, top }: HomeRepository): Promise<Branch> {
  const { branch: name, commit } = await git.head();
  if (name !== undefined && commit !== undefined) return { name, commit };
  throw new AtkError("E_GIT", `cannot sync ${top}: the branch ${name ?? "HEAD"} has no commit yet`, {
    at: { file: top },
    hint: "atk git add atk.yaml, then atk git commit -m Begin",
  });
}
