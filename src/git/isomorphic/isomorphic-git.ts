import type { Host } from "../../core/host.ts";
import type { Git } from "../git.ts";
import { namedPath } from "../named-paths.ts";
import { gitDirectory } from "../repository.ts";
import { isSecretPath } from "../secret-path.ts";
import { commitPaths, untrack } from "./commit.ts";
import { commitsOf } from "./commits-of.ts";
import { fileSystemOf } from "./file-system.ts";
import { isomorphicMerging } from "./merging.ts";
import { push } from "./push.ts";
import { readFileAt, readHead } from "./read.ts";
import { guard, loadIsomorphicGit, openRepository, type Repository } from "./repository.ts";
import { commitAt, filesAt, resolveRevision } from "./revisions.ts";
import { readSettings } from "./settings.ts";
import { readStatus } from "./status.ts";

/**
 * git in process, on the host's files. For machines without git: no hooks, no signing, no ssh and file remotes, no linked
 * worktrees, sha1 only; what it cannot do right it refuses with E_GIT.
 */
export function createIsomorphicGit(host: Host, directory: string): Git {
  const isRepository = async (): Promise<boolean> => (await gitDirectory(host.files, directory)) !== undefined;
  const open = async <T>(task: string, job: (repository: Repository) => Promise<T>): Promise<T> =>
    guard(task, directory, async () => job(await openRepository(host, directory)));
  const tracked = async (): Promise<readonly string[]> =>
    open("list tracked files", async ({ git, at }) => git.listFiles({ ...at }));
  return {
    id: "isomorphic",
    directory,
    isRepository,
    init: async () => ((await isRepository()) ? undefined : init(host, directory)),
    head: async () => open("read HEAD", readHead),
    status: async () => open("read the status of the repository", readStatus),
    commitPaths: async (request) => open("commit", async (repository) => commitPaths(repository, request)),
    readFileAt: async (ref, path) => open(`read ${path}`, async (repository) => readFileAt(repository, ref, path)),
    commitsOf: async (request) =>
      open(`read the history of ${request.path}`, async (repository) => commitsOf(repository, request)),
    isTracked: async (path) => {
      const name = namedPath(directory, path);
      return (await tracked()).some((file) => file === name || file.startsWith(`${name}/`));
    },
    trackedSecrets: async () => (await tracked()).filter(isSecretPath).toSorted(),
    untrack: async (request) => open("commit", async (repository) => untrack(repository, request)),
    push: async (options) => open("push", async (repository) => push(repository, options)),
    resolveRevision: async (text) => open(`find ${text}`, async (repository) => resolveRevision(repository, text)),
    commitAt: async (time) => open("find the commit of a time", async (repository) => commitAt(repository, time)),
    filesAt: async (request) => open(`list ${request.folder}`, async (repository) => filesAt(repository, request)),
    ...isomorphicMerging(open),
  };
}

async function init(host: Host, directory: string): Promise<void> {
  const git = await loadIsomorphicGit();
  const settings = await readSettings(host, undefined, ["init.defaultbranch"]);
  const defaultBranch = settings.get("init.defaultbranch") ?? "main";
  await guard("make a git repository", directory, async () =>
    git.init({ fs: fileSystemOf(host.files), dir: directory, defaultBranch }),
  );
}
