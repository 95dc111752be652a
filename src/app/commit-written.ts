import { basename, dirname, isAbsolute, join, relative } from "node:path";
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
  const inside = written.filter(
    (path) => isInside(path, workspace.directory) && !isSecretPath(path) && !isLinkedPlugin(path, context),
  );
  const paths = workspace.scope === "user" ? [...new Set([...inside, ...(await ownFiles(context))])] : inside;
  if (!wanted || paths.length === 0) return undefined;
  return context.step("Commit", () => commitPaths(message, paths, config, context));
}

/** A plugin that is used from where it is: the link means nothing on another machine. */
function isLinkedPlugin(path: string, { workspace }: Context): boolean {
  return dirname(path) === workspace.pluginsDirectory && basename(path) !== ".gitkeep";
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
  const found = await secretsIn(paths, context);
  if (found !== undefined) return warn(context, `the change is done, but was not committed: ${found}`, ALLOW_HINT);
  const git = await chooseGit(host, top);
  const { ensureMergeDriver } = await import("./merge/install-merge-driver.ts");
  await ensureMergeDriver(context);
  const first = (await git.head()).commit === undefined ? await initialFiles(context) : [];
  const commit = await commitOnly(git, { paths: [...new Set([...paths, ...first])], message }, context).catch(
    (error: unknown) => {
      if (!(error instanceof AtkError)) throw error;
      return warn(context, `the change is done, but was not committed: ${error.message}`, error.hint);
    },
  );
  if (commit === undefined) return undefined;
  return { commit, message, pushed: config.autoPush ? await push(git, context) : "not-asked" };
}

const ALLOW_HINT =
  "keep the value elsewhere (atk secret set NAME, then { secret: NAME }) and apply again, or say atk:allow-secret in its line";

/** Names the first secret that the commit would hold: a value of some .env or of the home's store, or the shape of a well-known token. */
async function secretsIn(paths: readonly string[], context: Context): Promise<string | undefined> {
  const [{ findSecretsInCommit }, { knowSecrets }, { valuesInDotenv, valuesInStore }] = await Promise.all([
    import("../secrets/scan/scan-commit.ts"),
    import("../secrets/scan/known-secrets.ts"),
    import("./known-values.ts"),
  ]);
  const { files } = context.host;
  const contents = await Promise.all(
    paths.map(async (path) => {
      const stat = await files.stat(path);
      const bytes = stat?.type === "file" ? await files.read(path) : undefined;
      return bytes === undefined ? [] : [{ path, bytes }];
    }),
  );
  const values = await Promise.all([valuesInDotenv, valuesInStore].map((find) => find(context).catch(() => [])));
  const known = knowSecrets(values.flat());
  const [first, ...others] = findSecretsInCommit(contents.flat(), known).findings;
  if (first === undefined) return undefined;
  const what = first.name === undefined ? first.title : `the value of ${first.name}`;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return `${first.file}:${first.line}:${first.column} holds ${what}${more}`;
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

/** An init that was stopped before its commit has left them; the first commit of a home has them. */
async function initialFiles({ host, workspace }: Context): Promise<readonly string[]> {
  if (workspace.scope === "project") return [];
  const { INITIAL_FILES } = await import("./init.ts");
  const paths = INITIAL_FILES.map((name) => join(workspace.directory, name));
  const there = await Promise.all(paths.map(async (path) => (await host.files.stat(path)) !== undefined));
  return paths.filter((_path, index) => there[index]);
}

type PushResult = Awaited<ReturnType<Git["push"]>>;
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
  if (context.offline) {
    const hint = `git -C ${context.workspace.directory} push, when the network may be used`;
    context.tell({ type: "note", message: "committed, not pushed: the network is not to be used", hint });
    return "not-asked";
  }
  const result = await git.push({ timeoutMs: PUSH_LIMIT_MS });
  if (result.state !== "skipped" && result.state !== "failed") return "pushed";
  const why = result.state === "failed" ? result.message : result.reason;
  context.tell({
    type: "warning",
    message: `committed, but not pushed: ${why}`,
    hint: pushHint(result, context),
  });
  return "failed";
}

/** A push that was refused because somebody was faster needs their commits first. */
function pushHint(result: PushResult, { workspace: { scope, directory } }: Context): string {
  if (scope === "project") return `git -C ${directory} push, when the remote is there`;
  return result.state === "failed" && result.wasBehind ? "atk sync" : "atk sync, when the remote is there";
}

function isInside(path: string, directory: string): boolean {
  const way = relative(directory, path);
  return way !== "" && !way.startsWith("..") && !isAbsolute(way);
}

function warn(context: Context, message: string, hint: string | undefined): undefined {
  context.tell({ type: "warning", message, ...(hint === undefined ? {} : { hint }) });
  return undefined;
}
