import { quoteForShell } from "../../../clients/shell-quote.ts";
import type { Host } from "../../../core/host.ts";
import { chooseGit, findGit } from "../../../git/choose-git.ts";
import type { RepositoryStatus } from "../../../git/git.ts";
import { createNetworkGit } from "../../../git/native/network-git.ts";
import { findRepository } from "../../../git/repository.ts";
import type { Check } from "../check.ts";
import type { Answer } from "../finding.ts";

export const repository: Check = {
  id: "repository",
  title: "Repository",
  about: "home",
  async examine({ host, workspace }, { online }) {
    const top = await findRepository(host.files, workspace.directory);
    if (top === undefined)
      return [{ state: "warning", detail: `${workspace.directory} is in no git repository`, fix: "git init" }];
    const status = await (await chooseGit(host, top, "read")).status();
    const reached = online && status.remoteUrl !== undefined ? await reach(top, status.remoteUrl, host) : [];
    return [...judgeStatus(status, top), ...reached];
  },
};

function judgeStatus(
  { inProgress, branch, remoteUrl, upstream, ahead = 0, behind = 0 }: RepositoryStatus,
  top: string,
): readonly Answer[] {
  const git = `git -C ${quoteForShell(top)}`;
  if (inProgress !== undefined) {
    const detail = `a ${inProgress} was begun and not ended; atk does not commit meanwhile`;
    return [{ state: "problem", detail, fix: `${git} status` }];
  }
  if (remoteUrl === undefined) {
    const detail = "it has no remote, so other machines cannot get it and nothing else keeps it";
    return [{ state: "info", detail, fix: `${git} remote add origin URL` }];
  }
  if (branch === undefined) return [{ state: "warning", detail: "HEAD is on no branch", fix: `${git} switch BRANCH` }];
  if (upstream === undefined)
    return [
      { state: "info", detail: `${branch} was never pushed to ${remoteUrl}`, fix: `${git} push -u origin ${branch}` },
    ];
  const detail = `${branch}: ${ahead} ahead, ${behind} behind ${upstream} (${remoteUrl})`;
  if (ahead > 0 && behind > 0) return [{ state: "warning", detail, fix: `${git} pull --rebase` }];
  return [{ state: "ok", detail }];
}

const REACH_LIMIT_MS = 10_000;

/** Asks the remote for its branches, without a question to anybody. @throws AtkError E_GIT in git's words. */
async function reach(top: string, url: string, host: Host): Promise<readonly Answer[]> {
  const program = await findGit(host);
  if (program === undefined) return [];
  const git = await createNetworkGit(host, program, { url, directory: top, timeoutMs: REACH_LIMIT_MS });
  await git({ task: `reach ${url}`, args: ["ls-remote", "--quiet", "--heads"] });
  return [{ subject: "remote", state: "ok", detail: `${url} answers` }];
}
