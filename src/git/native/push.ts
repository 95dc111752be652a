import { AtkError } from "../../core/errors.ts";
import type { Host, RunResult } from "../../core/host.ts";
import { tellingLines } from "../git-error.ts";
import type { Head, PushOptions, PushResult } from "../git.ts";
import { lastValue, type GitConfig } from "../config.ts";
import { readConfig } from "./config.ts";
import { quietNetwork } from "./network.ts";
import { REMOTE_SETTINGS, remoteOf } from "../remotes.ts";
import type { RunGit } from "./run-git.ts";

/** See `Git.push`. The user's push settings count once the branch has an upstream. */
export async function push(host: Host, git: RunGit, head: Head, { timeoutMs }: PushOptions): Promise<PushResult> {
  const { branch, commit } = head;
  if (branch === undefined) return { state: "skipped", reason: "detached" };
  if (commit === undefined) return { state: "skipped", reason: "unborn" };
  const config = await readConfig(git, REMOTE_SETTINGS);
  const remote = remoteOf(config, branch);
  if (remote === undefined) return { state: "skipped", reason: "no-remote" };
  const args = ["push", "--porcelain", ...target(config, branch, remote)];
  const env = quietNetwork(host.machine, lastValue(config, "core.sshcommand"));
  try {
    const result = await git({ task: "push", userHooks: true, args, env, timeoutMs, answers: [0, 1, 128] });
    return outcome(result, { branch, remote });
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    return { state: "failed", reason: "timeout", remote, message: error.message };
  }
}

function target(config: GitConfig, branch: string, remote: string): readonly string[] {
  const merge = lastValue(config, `branch.${branch}.merge`);
  const hasUpstream = merge !== undefined && lastValue(config, `branch.${branch}.remote`) === remote;
  if (!hasUpstream) return ["--set-upstream", "--", remote, `refs/heads/${branch}:refs/heads/${branch}`];
  return ["--", remote, `refs/heads/${branch}:${merge}`];
}

/** Lines of `git push --porcelain`: `<flag> TAB <from>:<to> TAB <summary>`; `!` refused, `=` up to date. Exit 1 is a refusal. */
function outcome(result: RunResult, { branch, remote }: { branch: string; remote: string }): PushResult {
  const refs = result.stdout.split("\n").filter((line) => /^[ +\-*!=]\t/.test(line));
  if (result.exitCode === 0) {
    return { state: refs.every((line) => line.startsWith("=")) ? "up-to-date" : "pushed", remote, branch };
  }
  const refused = refs.filter((line) => line.startsWith("!")).map((line) => line.split("\t").at(-1));
  const message = tellingLines([...refused, result.stderr].join("\n"));
  if (refused.length === 0) return { state: "failed", reason: "unreachable", remote, message };
  return { state: "failed", reason: "rejected", remote, message, ...(isRace(message) ? { wasBehind: true } : {}) };
}

/** `[rejected]` is our own git's word; the others are what a server says when two pushes meet. (git-push(1), git's refs.c) */
function isRace(message: string): boolean {
  return /\[rejected\]|cannot lock ref|failed to (update|lock) ref|incorrect old value|is at [0-9a-f]+ but expected/i.test(
    message,
  );
}
