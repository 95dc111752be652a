import { isAbsolute, relative } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { ManifestConfig } from "../manifest/manifest.ts";
import { isSecretPath } from "../git/secret-path.ts";
import type { Context } from "./context.ts";

const PUSH_LIMIT_MS = 30_000;

export interface Committed {
  readonly commit: string;
  readonly message: string;
  readonly pushed: "pushed" | "not-asked" | "failed";
}

/**
 * Commits the paths atk wrote inside the manifest's folder, and nothing else of the user's. In the home that is the rule,
 * in a project only when the manifest asks for it (config.auto_commit). Pushing is best effort.
 */
export async function commitWritten(
  message: string,
  written: readonly string[],
  config: ManifestConfig,
  context: Context,
): Promise<Committed | undefined> {
  const { workspace } = context;
  const wanted = config.autoCommit ?? workspace.scope === "user";
  const inside = written.filter((path) => isInside(path, workspace.directory) && !isSecretPath(path));
  const paths = workspace.scope === "user" ? [...new Set([...inside, ...(await ownFiles(context))])] : inside;
  if (!wanted || paths.length === 0) return undefined;
  return context.step("Commit", () => commitPaths(message, paths, config, context));
}

async function commitPaths(
  message: string,
  paths: readonly string[],
  config: ManifestConfig,
  context: Context,
): Promise<Committed | undefined> {
  const { host, workspace } = context;
  const { chooseGit } = await import("../git/choose-git.ts");
  const { findRepository } = await import("../git/repository.ts");
  const top = await findRepository(host.files, workspace.directory);
  if (top === undefined)
    return warn(context, "this folder is not a git repository, so nothing was committed", "atk init");
  const git = await chooseGit(host, top);
  const commit = await commitOnly(git, { paths, message }, context).catch((error: unknown) => {
    if (!(error instanceof AtkError)) throw error;
    return warn(context, `the change is done, but was not committed: ${error.message}`, error.hint);
  });
  if (commit === undefined) return undefined;
  return { commit, message, pushed: config.autoPush ? await push(git, context) : "not-asked" };
}

/** In the home the manifest and the lock are what is applied, so a hand edit of them is committed with it. */
async function ownFiles({ host, workspace }: Context): Promise<readonly string[]> {
  const present = await Promise.all(
    [workspace.manifestFile, workspace.lockFile].map(async (path) =>
      (await host.files.stat(path)) === undefined ? [] : [path],
    ),
  );
  return present.flat();
}

type Git = Awaited<ReturnType<typeof import("../git/choose-git.ts").chooseGit>>;

async function commitOnly(
  git: Git,
  request: Parameters<Git["commitPaths"]>[0],
  context: Context,
): Promise<string | undefined> {
  await takeSecretsOut(git, context);
  return git.commitPaths(request);
}

/** The predecessor committed .env files of local plugins; found tracked, they are taken out of git and kept on disk. */
async function takeSecretsOut(git: Git, context: Context): Promise<void> {
  const paths = await git.trackedSecrets();
  if (paths.length === 0) return;
  await git.untrack({ paths, message: "Take secrets out of git" });
  const message = `${paths.join(", ")} was tracked by git; it no longer is, but older commits still hold it`;
  context.tell({
    type: "warning",
    message,
    hint: "change the keys in it, and rewrite the history if it was ever pushed",
  });
}

async function push(git: Git, context: Context): Promise<Committed["pushed"]> {
  const result = await git.push({ timeoutMs: PUSH_LIMIT_MS });
  if (result.state !== "skipped" && result.state !== "failed") return "pushed";
  const why = result.state === "failed" ? result.message : result.reason;
  context.tell({
    type: "warning",
    message: `committed, but not pushed: ${why}`,
    hint: `git -C ${context.workspace.directory} push, when the remote is there`,
  });
  return "failed";
}

function isInside(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way !== "" && !way.startsWith("..") && !isAbsolute(way);
}

function warn(context: Context, message: string, hint: string | undefined): undefined {
  context.tell({ type: "warning", message, ...(hint === undefined ? {} : { hint }) });
  return undefined;
}
