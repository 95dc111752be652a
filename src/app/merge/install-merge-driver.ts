import { join } from "node:path";
import type { Host } from "../../core/host.ts";
import type { Context } from "../context.ts";

/** What git runs; the words are given by git: (gitattributes(5), "Defining a custom merge driver") */
const WORDS = "atk git-merge-driver %O %A %B %P";

/** Where there is no atk on PATH, git merges by line as ever: a driver that is not found would leave one side's text without a word. */
const DRIVER = `if command -v atk >/dev/null 2>&1; then ${WORDS}; else git merge-file -L ours -L base -L theirs %A %O %B; fi`;

/** Tells the repository of a home how git is to merge its files; see `installMergeDriver`. Projects are left alone. */
export async function ensureMergeDriver({ host, workspace }: Pick<Context, "host" | "workspace">): Promise<void> {
  if (workspace.scope === "user") await installMergeDriver(workspace.directory, host);
}

/**
 * Writes the merge driver to the repository's own git settings, which no clone brings along; and where the home's .gitattributes does not
 * name the files (a home from an older atk), to .git/info/attributes. Nothing happens when it is there, or when there
 * is no repository. Best effort: a merge without it is one by line.
 */
export async function installMergeDriver(directory: string, host: Host): Promise<void> {
  const { findRepository, gitDirectory } = await import("../../git/repository.ts");
  const top = await findRepository(host.files, directory);
  const folder = top === undefined ? undefined : await gitDirectory(host.files, top);
  if (top === undefined || folder === undefined || (await isInstalled(join(folder, "config"), host))) return;
  const { findGit } = await import("../../git/choose-git.ts");
  const program = await findGit(host);
  if (program === undefined) return;
  const { createRunGit } = await import("../../git/native/run-git.ts");
  const git = createRunGit(host, program, top);
  const set = (key: string, value: string) =>
    git({ task: "write git's settings", args: ["config", "--local", key, value], answers: [0, 1, 4, 5, 255] });
  await set("merge.atk.name", "atk merges its files by what they mean");
  await set("merge.atk.driver", DRIVER);
  if (top === directory) await addLocalAttributes(directory, folder, host);
}

async function isInstalled(config: string, { files }: Host): Promise<boolean> {
  const bytes = await files.read(config);
  return bytes !== undefined && new TextDecoder().decode(bytes).includes(WORDS);
}

async function addLocalAttributes(directory: string, folder: string, { files }: Host): Promise<void> {
  const { withMergeRules } = await import("../../git/attributes-file.ts");
  const text = async (path: string) => new TextDecoder().decode((await files.read(path)) ?? new Uint8Array());
  const shared = await text(join(directory, ".gitattributes"));
  if (shared !== "" && withMergeRules(shared) === shared) return;
  const path = join(folder, "info", "attributes");
  const before = await text(path);
  const after = withMergeRules(before);
  if (after === before) return;
  await files.makeDirectory(join(folder, "info"), 0o755);
  const scratch = `${path}.atk`;
  if ((await files.stat(scratch)) !== undefined) await files.unlink(scratch);
  await files.create(scratch, new TextEncoder().encode(after), 0o644);
  await files.rename(scratch, path);
}
