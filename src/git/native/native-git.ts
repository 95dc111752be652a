import type { Host } from "../../core/host.ts";
import type { Git, Head } from "../git.ts";
import { namedPath } from "../named-paths.ts";
import { noRepository } from "../operation.ts";
import { gitDirectory } from "../repository.ts";
import { isSecretPath } from "../secret-path.ts";
import { commitPaths } from "./commit.ts";
import { commitsOf } from "./commits-of.ts";
import { lastValue } from "../config.ts";
import { readConfig } from "./config.ts";
import { nativeMerging } from "./merging/native-merging.ts";
import { push } from "./push.ts";
import { readFileAt } from "./read-file.ts";
import { commitAt, filesAt, resolveRevision } from "./revisions.ts";
import { createRunGit, records, type RunGit } from "./run-git.ts";
import { readStatus } from "./status.ts";
import { untrack } from "./untrack.ts";

/** The installed git. Everything works: hooks, signing, ssh, linked worktrees, sha256. A reading call takes about 4 ms. */
export function createNativeGit(host: Host, program: string, directory: string): Git {
  const run = createRunGit(host, program, directory);
  const isRepository = async (): Promise<boolean> => (await gitDirectory(host.files, directory)) !== undefined;
  const git: RunGit = async (call) => {
    if (!(await isRepository())) throw noRepository(directory);
    return run(call);
  };
  return {
    id: "native",
    directory,
    isRepository,
    init: async () => ((await isRepository()) ? undefined : init(run)),
    head: async () => readHead(git),
    status: async () => readStatus(host, git, directory),
    commitPaths: async (request) => commitPaths(host, git, directory, request),
    readFileAt: async (ref, path) => readFileAt(host, git, directory, { ref, path }),
    commitsOf: async (request) => commitsOf(git, directory, request),
    isTracked: async (path) => (await listTracked(git, [namedPath(directory, path)])).length > 0,
    trackedSecrets: async () => (await listTracked(git, [])).filter(isSecretPath).toSorted(),
    untrack: async (request) => untrack(host, git, directory, request),
    push: async (options) => push(host, git, await readHead(git), options),
    resolveRevision: async (text) => resolveRevision(git, text),
    commitAt: async (time) => commitAt(git, time),
    filesAt: async (request) => filesAt(git, directory, request),
    ...nativeMerging(host, git, async () => readHead(git)),
  };
}

/** git's own default is `master` with a page of advice. */
async function init(run: RunGit): Promise<void> {
  const config = await readConfig(run, "^init\\.defaultbranch$");
  const branch = lastValue(config, "init.defaultbranch") ?? "main";
  await run({ task: "make a git repository", args: ["init", "--quiet", `--initial-branch=${branch}`] });
}

async function readHead(git: RunGit): Promise<Head> {
  const [symbolic, commit] = await Promise.all([
    git({ task: "read HEAD", args: ["symbolic-ref", "--quiet", "HEAD"], answers: [0, 1] }),
    git({ task: "read HEAD", args: ["rev-parse", "--quiet", "--verify", "HEAD^{commit}"], answers: [0, 1] }),
  ]);
  const branch = symbolic.stdout.trim().replace(/^refs\/heads\//, "");
  const id = commit.stdout.trim();
  return { ...(branch === "" ? {} : { branch }), ...(id === "" ? {} : { commit: id }) };
}

async function listTracked(git: RunGit, paths: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await git({
    task: "list tracked files",
    args: ["ls-files", "-z", "--cached", "--", ...paths],
  });
  return records(stdout);
}
