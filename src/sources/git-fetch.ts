import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import { maskUrl, tellingLines } from "../git/git-error.ts";
import { createRunGit, records, type RunGit } from "../git/native/run-git.ts";
import { quietNetwork } from "../git/native/network.ts";
import { makeDirectories, removeAll } from "./scratch.ts";

/** No repository of a plugin is worth waiting longer for. */
export const FETCH_TIMEOUT_MS = 120_000;
/** git ends with 1 or 128 when it could not do what it was asked; 128 + n is a signal. */
export const REFUSALS = [0, 1, 128];

export interface FetchCall {
  readonly host: Host;
  readonly url: string;
  /** Branch, tag or commit; HEAD is the default branch. */
  readonly ref: string;
  /** A folder of its own, made here; the repository's working tree, empty until `checkOut`. */
  readonly directory: string;
  /** Only the names in the commit are fetched, the files' content later (git-partial.ts), where the server can do that. */
  readonly partial?: true;
}

/** One entry of a commit: git's mode (100644, 100755, 120000 link, 160000 submodule) and the size of its bytes. */
export interface GitRecord {
  readonly path: string;
  readonly mode: string;
  readonly sizeBytes: number;
}

/**
 * Fetches one commit, without history where the server allows it, and gives its id. No hooks, no submodules, no prompts, no filters.
 * @throws AtkError E_GIT in git's words.
 */
export async function fetchCommit(call: FetchCall): Promise<string> {
  if ((await call.host.programs.find("git")) === undefined) {
    throw new AtkError("E_GIT", `cannot fetch ${maskUrl(call.url)}: git is not installed`, {
      hint: "install git",
    });
  }
  await makeDirectories(call.host.files, call.directory);
  const git = createRunGit(call.host, "git", call.directory);
  const env = await environment(call, git);
  let said = await start("sha1", call.ref, { call, git, env });
  if (/mismatched algorithms/.test(said ?? "")) said = await start("sha256", call.ref, { call, git, env });
  if (said === undefined) return commitOf("FETCH_HEAD", call, git);
  if (!/^[0-9a-f]{4,64}$/i.test(call.ref)) throw failure(call, said);
  return fetchAll({ call, git, env });
}

interface Fetching {
  readonly call: FetchCall;
  readonly git: RunGit;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export const SAFE = [
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "gc.auto=0",
  "-c",
  "maintenance.auto=false",
];
const FETCH = [...SAFE, "fetch", "--quiet", "--no-tags", "--no-recurse-submodules"];

/** Gives what git said when it refused, undefined when it fetched. */
async function start(format: string, ref: string, { call, git, env }: Fetching): Promise<string | undefined> {
  const init = ["init", "--quiet", "--template=", `--object-format=${format}`];
  // A working tree of ours has no use for a repository of the other format.
  if (format !== "sha1") await forgetRepository(call);
  await git({ args: init, task: "make a repository" });
  // git fetches parts only from a remote that has a name. (git fetch --filter)
  if (call.partial) await git({ args: ["remote", "add", "origin", call.url], task: "name the remote" });
  const args = [...FETCH, "--depth=1", ...from(call), ref];
  const result = await git({ args, env, timeoutMs: FETCH_TIMEOUT_MS, answers: REFUSALS, task: "fetch" });
  return result.exitCode === 0 ? undefined : tellingLines(result.stderr);
}

function from({ url, partial }: FetchCall): readonly string[] {
  return partial ? ["--filter=blob:none", "--", "origin"] : ["--", url];
}

async function forgetRepository({ host, directory }: FetchCall): Promise<void> {
  await removeAll(join(directory, ".git"), host.files);
}

/** A short commit id, or a server that gives no commit by id: everything is fetched, and the commit looked for in it. */
async function fetchAll({ call, git, env }: Fetching): Promise<string> {
  const args = [...FETCH, ...from(call), "+refs/heads/*:refs/remotes/all/*", "+refs/tags/*:refs/tags/*"];
  const result = await git({ args, env, timeoutMs: FETCH_TIMEOUT_MS, answers: REFUSALS, task: "fetch" });
  if (result.exitCode !== 0) throw failure(call, tellingLines(result.stderr));
  return commitOf(call.ref, call, git);
}

async function commitOf(revision: string, call: FetchCall, git: RunGit): Promise<string> {
  const args = ["rev-parse", "--quiet", "--verify", "--end-of-options", `${revision}^{commit}`];
  const { exitCode, stdout } = await git({ args, task: "find the commit", answers: REFUSALS });
  if (exitCode === 0) return stdout.trim();
  throw failure(call, `there is no commit ${call.ref}`);
}

function failure({ url, ref }: FetchCall, said: string): AtkError {
  const what = ref === "HEAD" ? maskUrl(url) : `${ref} of ${maskUrl(url)}`;
  return new AtkError("E_GIT", `cannot fetch ${what}: ${said === "" ? "git gave no reason" : said}`, {
    hint: `git ls-remote ${runnable(url)} (shows what git can reach)`,
  });
}

/** ssh needs its user, who is no secret; without him the hint would not work. */
function runnable(url: string): string {
  return /^ssh:\/\/[\w.-]{1,32}@[^@]*$/i.test(url) ? url : maskUrl(url);
}

/** GIT_ALLOW_PROTOCOL also holds for what a redirect or a config of the user leads to. */
export async function environment(
  { host, url }: Pick<FetchCall, "host" | "url">,
  git: RunGit,
): Promise<Record<string, string | undefined>> {
  const ssh = /^https?:|^file:/.test(url)
    ? undefined
    : await git({
        args: ["config", "--get", "core.sshCommand"],
        task: "read git's settings",
        answers: REFUSALS,
      });
  return {
    ...quietNetwork(host.machine, ssh?.stdout.trim()),
    GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh",
    GIT_LFS_SKIP_SMUDGE: "1",
  };
}

/** What a commit holds, all of it, without writing a file. */
export async function listCommit({
  host,
  directory,
  commit,
}: FetchCall & { commit: string }): Promise<readonly GitRecord[]> {
  const git = createRunGit(host, "git", directory);
  const { stdout } = await git({
    args: ["ls-tree", "-r", "-z", "-l", "--full-tree", commit],
    task: "list the commit",
  });
  return records(stdout).map(parseRecord);
}

/** `100644 blob <id>     123<TAB>path`; a submodule has `-` for its size. (git ls-tree -l) */
function parseRecord(record: string): GitRecord {
  const tab = record.indexOf("\t");
  const [mode = "", , , size = "0"] = record.slice(0, tab).split(/ +/);
  return { path: record.slice(tab + 1), mode, sizeBytes: Number.parseInt(size, 10) || 0 };
}

/**
 * Beats the .gitattributes of the repository: bytes as committed on every system, and no filter that would start a program.
 * (gitattributes: $GIT_DIR/info/attributes has the highest precedence)
 */
const ATTRIBUTES = "* -text !eol !filter !ident !working-tree-encoding\n";

/** Writes the named files into the folder: links as files that hold their target. */
export async function checkOut(call: {
  host: Host;
  directory: string;
  commit: string;
  paths: readonly string[];
}): Promise<void> {
  const info = join(call.directory, ".git", "info");
  await makeDirectories(call.host.files, info);
  await call.host.files.create(join(info, "attributes"), new TextEncoder().encode(ATTRIBUTES), 0o600);
  const settings = ["core.symlinks=false", "core.autocrlf=false", "core.longpaths=true"].flatMap((each) => [
    "-c",
    each,
  ]);
  const args = [
    ...SAFE,
    ...settings,
    "checkout",
    "--quiet",
    "--force",
    call.commit,
    "--pathspec-from-file=-",
    "--pathspec-file-nul",
  ];
  const git = createRunGit(call.host, "git", call.directory);
  await git({ args, input: call.paths.join("\0"), task: "read the commit", timeoutMs: FETCH_TIMEOUT_MS });
}
