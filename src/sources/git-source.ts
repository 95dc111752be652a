import { join as joinPath, resolve as resolvePath } from "node:path";
import { AtkError } from "../core/errors.ts";
import { maskUrl } from "../git/git-error.ts";
import type { Source } from "../manifest/manifest.ts";
import { checkGitAddress } from "./git-address.ts";
import { checkOut, fetchCommit, listCommit, type GitRecord } from "./git-fetch.ts";
import { requireSigner } from "./git-signature.ts";
import type { SourceContext } from "./context.ts";
import { tooLarge, tooManyFiles } from "./check-entries.ts";
import { hostile, type Origin } from "./hostile.ts";
import { mapBounded, READ_WIDTH } from "./map-bounded.ts";
import { isContent, treeFromEntries, type MemoryEntry } from "./memory-tree.ts";
import { pathFault } from "./path-fault.ts";
import { insideFolder, requirePluginRoot, within } from "./plugin-file.ts";
import type { SourceType } from "./resolve.ts";
import { withScratch } from "./scratch.ts";
import type { Tree } from "./tree.ts";
import { MAX_TREE_BYTES, MAX_TREE_FILES } from "./tree-limits.ts";

type GitSource = Extract<Source, { type: "git" }>;

/** A repository: `.atk/`, the folder that `path` names, or the top. The commit is exact; only it is fetched again. */
export const gitSource: SourceType<"git"> = {
  async resolve(_name, source, context) {
    const signed = source.signed === true || context.signed === true;
    const { commit, tree, signer } = await load(source, { ref: source.ref ?? "HEAD", signed }, context);
    return { locked: { source, commit, ...(signer === undefined ? {} : { signer }), integrity: tree.integrity }, tree };
  },

  async fetch(name, locked, source, context) {
    if (locked.commit === undefined)
      throw new AtkError("E_LOCK", `${name}: the lock has no commit for ${maskUrl(source.url)}`);
    // The signature was checked when the commit was locked: on a tag it is not in the commit, and not every machine has the key.
    const signed = source.signed === true && locked.signer === undefined;
    const commit = await load(source, { ref: locked.commit, signed }, context).catch((error: unknown) => {
      throw explainGone(name, locked.commit ?? "", source, error);
    });
    return commit.tree;
  },
};

/** A commit that the server no longer has: its tag or branch was moved, and what it held before was thrown away. */
function explainGone(name: string, commit: string, source: GitSource, error: unknown): unknown {
  if (!(error instanceof AtkError) || error.code !== "E_GIT") return error;
  if (!/there is no commit|not our ref|no such remote ref|couldn't find remote ref/.test(error.message)) return error;
  const what = source.ref === undefined ? "the branch" : source.ref;
  return new AtkError(
    "E_INTEGRITY",
    `${name}: ${maskUrl(source.url)} no longer has the locked commit ${commit}: ${what} was moved, or the history rewritten`,
    { hint: `atk lock ${name} (takes what is there now; look at it first)`, cause: error },
  );
}

interface Wanted {
  readonly ref: string;
  readonly signed: boolean;
}

interface Loaded {
  readonly commit: string;
  readonly tree: Tree;
  readonly signer?: string;
}

async function load(source: GitSource, { ref, signed }: Wanted, context: SourceContext): Promise<Loaded> {
  checkGitAddress(source.url, ref);
  const shown = maskUrl(source.url);
  if (context.offline === true)
    throw new AtkError("E_SOURCE", `${shown} is not on this machine, and the network is not to be used`);
  const url = /^\.{1,2}[/\\]/.test(source.url) ? resolvePath(context.manifestDirectory, source.url) : source.url;
  return withScratch(context, async (scratch) => {
    const call = { host: context.host, url, ref, directory: joinPath(scratch, "clone") };
    const commit = await fetchCommit(call);
    const signer = signed ? await requireSigner({ ...call, commit }) : undefined;
    const records = await listCommit({ ...call, commit });
    const folder = insideFolder(source.path);
    const tree = await readCommit(records, {
      ...call,
      commit,
      folder,
      name: nameOf(folder === "" ? source.url : folder),
      what: `${shown} at ${commit.slice(0, 10)}`,
    });
    return { commit, tree, ...(signer === undefined ? {} : { signer }) };
  });
}

/** The last name of a folder or an address, `.git` left out. */
function nameOf(place: string): string {
  return (
    place
      .replace(/[/\\]+$/, "")
      .replace(/^.*[/\\:]/, "")
      .replace(/\.git$/, "") || "plugin"
  );
}

interface Reading {
  readonly host: SourceContext["host"];
  readonly directory: string;
  readonly commit: string;
  readonly folder: string;
  readonly what: string;
  /** Of the folder or the repository. */
  readonly name: string;
}

/** Everything is judged by git's own listing before a single file is written, even to the scratch folder. */
async function readCommit(records: readonly GitRecord[], reading: Reading): Promise<Tree> {
  const origin: Origin = { what: reading.what };
  const root = requirePluginRoot(new Set(records.map((record) => record.path)), reading.folder, origin);
  const content = records.flatMap((record) => {
    const path = within(root, record.path);
    return path === undefined || !isContent(path, origin) ? [] : [{ ...record, inside: path }];
  });
  if (content.length > MAX_TREE_FILES) throw tooManyFiles(origin);
  if (content.reduce((sum, each) => sum + each.sizeBytes, 0) > MAX_TREE_BYTES) throw tooLarge(origin);
  for (const { inside, mode } of content) {
    const fault = mode === "160000" ? "a git submodule cannot be carried along" : pathFault(inside);
    if (fault !== undefined) throw hostile(origin, inside, fault);
  }
  await checkOut({ ...reading, paths: content.map((each) => each.path) });
  const tree = treeFromEntries(await mapBounded(content, READ_WIDTH, (each) => readRecord(each, reading)), origin);
  const { asPlugin } = await import("./layouts/read-layout.ts");
  return (await asPlugin(tree, { ...origin, name: reading.name })).tree;
}

async function readRecord(
  { path, inside, mode }: GitRecord & { inside: string },
  reading: Reading,
): Promise<MemoryEntry> {
  const bytes = await reading.host.files.read(joinPath(reading.directory, path));
  if (bytes === undefined)
    throw new AtkError("E_GIT", `${reading.what}: git did not give the file ${JSON.stringify(path)}`);
  // With core.symlinks off, git writes a link as a file that holds its target.
  if (mode === "120000") return { type: "link", path: inside, target: new TextDecoder().decode(bytes) };
  return { type: "file", path: inside, executable: mode === "100755", bytes };
}
