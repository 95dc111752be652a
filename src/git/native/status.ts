import type { Host } from "../../core/host.ts";
import { maskUrl } from "../git-error.ts";
import type { LastCommit, RepositoryStatus } from "../git.ts";
import { gitDirectory, operationInProgress } from "../repository.ts";
import { readConfig } from "./config.ts";
import { parsePorcelain, type Porcelain } from "./porcelain.ts";
import { REMOTE_SETTINGS, remoteOf, remoteUrl } from "../remotes.ts";
import type { RunGit } from "./run-git.ts";

const STATUS = ["status", "--porcelain=v2", "--branch", "-z", "--no-renames", "--untracked-files=normal"];

/** Three reading calls of git, side by side. */
export async function readStatus(host: Host, git: RunGit, directory: string): Promise<RepositoryStatus> {
  const [status, config, lastCommit, gitDir] = await Promise.all([
    git({ task: "read the status of the repository", args: STATUS }),
    readConfig(git, REMOTE_SETTINGS),
    readLastCommit(git),
    gitDirectory(host.files, directory),
  ]);
  const porcelain = parsePorcelain(status.stdout);
  const remote = remoteOf(config, porcelain.branch);
  const url = remote === undefined ? undefined : remoteUrl(config, remote);
  const inProgress = gitDir === undefined ? undefined : await operationInProgress(host.files, gitDir);
  return {
    ...branchPart(porcelain),
    ...(url === undefined ? {} : { remoteUrl: maskUrl(url) }),
    ...(lastCommit === undefined ? {} : { lastCommit }),
    ...countsPart(porcelain),
    ...(inProgress === undefined ? {} : { inProgress }),
  };
}

function branchPart({ branch, upstream, ahead, behind }: Porcelain): Partial<RepositoryStatus> {
  return {
    ...(branch === undefined ? {} : { branch }),
    ...(upstream === undefined ? {} : { upstream }),
    ...(ahead === undefined || behind === undefined ? {} : { ahead, behind }),
  };
}

function countsPart({ entries }: Porcelain): Pick<RepositoryStatus, "modified" | "untracked"> {
  const untracked = entries.filter((entry) => entry.type === "untracked").length;
  return { modified: entries.length - untracked, untracked };
}

/** 128 is the answer on an unborn branch. */
async function readLastCommit(git: RunGit): Promise<LastCommit | undefined> {
  const { stdout, exitCode } = await git({
    task: "read the last commit",
    args: ["log", "-1", "--no-show-signature", "--encoding=UTF-8", "--format=%H%x00%cI%x00%s"],
    answers: [0, 128],
  });
  const [id, at, subject] = stdout.trimEnd().split("\0");
  return exitCode !== 0 || id === undefined || at === undefined ? undefined : { id, at, subject: subject ?? "" };
}
