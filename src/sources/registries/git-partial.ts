import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import { createRunGit, records, type RunGit } from "../../git/native/run-git.ts";
import type { SourceContext } from "../context.ts";
import { checkOut, environment, FETCH_TIMEOUT_MS, fetchCommit, SAFE, type FetchCall } from "../git-fetch.ts";
import { withScratch } from "../scratch.ts";

/** One name in a commit: git's mode (100644, 100755, 120000 link, 160000 submodule) and the id of its content. */
export interface NamedBlob {
  readonly path: string;
  readonly mode: string;
  readonly id: string;
}

export interface SizedBlob extends NamedBlob {
  readonly sizeBytes: number;
}

/** A commit of which only the names are here; content is fetched for the paths that are asked for, all in one go. */
export interface PartialClone {
  readonly directory: string;
  readonly commit: string;
  list(): Promise<readonly NamedBlob[]>;
  /** Fetches their content and gives their sizes; nothing is written as a file yet. */
  fetch(blobs: readonly NamedBlob[]): Promise<readonly SizedBlob[]>;
  /** Writes fetched files below `directory`: links as files that hold their target. */
  write(paths: readonly string[]): Promise<void>;
}

/** Fetches one commit without its files, and takes everything away again afterwards. @throws AtkError E_GIT, E_SOURCE when offline. */
export async function withPartialClone<Result>(
  { url, ref }: { readonly url: string; readonly ref: string },
  context: SourceContext,
  use: (clone: PartialClone) => Promise<Result>,
): Promise<Result> {
  const { host } = context;
  if (context.offline === true)
    throw new AtkError("E_SOURCE", `${url} is not on this machine, and the network is not to be used`);
  return withScratch(context, async (scratch) => {
    const call: FetchCall = { host, url, ref, directory: join(scratch, "clone"), partial: true };
    const commit = await fetchCommit(call);
    const git = createRunGit(host, "git", call.directory);
    return use(cloneAt(call, commit, git));
  });
}

function cloneAt(call: FetchCall, commit: string, git: RunGit): PartialClone {
  return {
    directory: call.directory,
    commit,
    async list() {
      const { stdout } = await git({ args: ["ls-tree", "-r", "-z", "--full-tree", commit], task: "list the commit" });
      return records(stdout).map(parseRecord);
    },
    async fetch(blobs) {
      await fetchMissing(blobs, { call, commit, git });
      const ids = blobs.map((blob) => blob.id).join("\n");
      const args = ["cat-file", "--batch-check=%(objectsize)"];
      const { stdout } =
        ids === "" ? { stdout: "" } : await git({ args, input: `${ids}\n`, task: "measure the files" });
      const sizes = stdout.split("\n").map((line) => Number.parseInt(line, 10) || 0);
      return blobs.map((blob, at) => ({ ...blob, sizeBytes: sizes[at] ?? 0 }));
    },
    async write(paths) {
      if (paths.length === 0) return;
      // Written anew by every check-out.
      const attributes = join(call.directory, ".git", "info", "attributes");
      if ((await call.host.files.stat(attributes)) !== undefined) await call.host.files.unlink(attributes);
      await checkOut({ host: call.host, directory: call.directory, commit, paths });
    },
  };
}

/** `100644 blob <id><TAB>path`. (git ls-tree) */
function parseRecord(record: string): NamedBlob {
  const tab = record.indexOf("\t");
  const [mode = "", , id = ""] = record.slice(0, tab).split(/ +/);
  return { path: record.slice(tab + 1), mode, id };
}

interface Fetching {
  readonly call: FetchCall;
  readonly commit: string;
  readonly git: RunGit;
}

/** In the words in which git itself fetches what a partial clone lacks. A server that knows no filters has sent all of it already. */
async function fetchMissing(blobs: readonly NamedBlob[], { call, commit, git }: Fetching): Promise<void> {
  const listing = ["rev-list", "--objects", "--missing=print", "--no-object-names", commit];
  const { stdout } = await git({ args: listing, task: "see what was fetched" });
  const missing = new Set(stdout.split("\n").flatMap((line) => (line.startsWith("?") ? [line.slice(1)] : [])));
  const wanted = [...new Set(blobs.map((blob) => blob.id))].filter((id) => missing.has(id));
  if (wanted.length === 0) return;
  const options = "fetch --quiet --no-tags --no-write-fetch-head --no-recurse-submodules --filter=blob:none --stdin";
  const args = [...SAFE, "-c", "fetch.negotiationAlgorithm=noop", ...options.split(" "), "origin"];
  const env = await environment(call, git);
  await git({ args, env, input: `${wanted.join("\n")}\n`, timeoutMs: FETCH_TIMEOUT_MS, task: "fetch the files" });
}
