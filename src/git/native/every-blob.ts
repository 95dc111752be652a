import type { Machine } from "../../core/host.ts";
import { gitError } from "../git-error.ts";
import { createByteReader, type ByteReader } from "./byte-reader.ts";
import { baseEnv } from "./run-git.ts";

/** A content that a file of the repository has or once had. */
export interface EveryBlob {
  readonly id: string;
  /** Where it stood when it first came up, relative to the top of the repository, with `/`. */
  readonly path: string;
  /** The first commit that has it, oldest first. */
  readonly commit: string;
  readonly sizeBytes: number;
  /** Absent when it is larger than `maxBytes`. */
  readonly bytes?: Uint8Array;
}

export interface EveryBlobRequest {
  /** Path of git. */
  readonly program: string;
  /** Top of the repository, absolute. */
  readonly directory: string;
  readonly machine: Machine;
  /** Default: 32 MiB. */
  readonly maxBytes?: number;
}

const MOST_BYTES = 32 * 1024 * 1024;
/** How many contents git is asked for ahead. */
const AHEAD = 32;

/**
 * Every content that can be reached from a branch, a tag, the stash or HEAD, each exactly once, oldest commit first. Memory: what
 * git gives ahead, at most a few contents. Leaving the loop ends git. @throws AtkError E_GIT
 *
 * Three gits in a row: `rev-list` names the objects in the order of the commits (--in-commit-order, git 2.15), `cat-file
 * --batch-check` tells which of them are files, a second `cat-file --batch` gives their contents.
 */
export async function* everyBlob(request: EveryBlobRequest): AsyncGenerator<EveryBlob> {
  const start = await starter(request);
  const list = start("rev-list", "--objects", "--in-commit-order", "--topo-order", "--reverse", "--all");
  const check = start("cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize) %(rest)", "--buffer");
  const contents = start("cat-file", "--batch");
  try {
    list.stdout.pipe(check.stdin);
    // Nobody reads what the first one says when the second one has failed, so it would wait for ever.
    check.once("exit", (code) => (code === 0 ? undefined : list.kill()));
    const answers = createByteReader(contents.stdout);
    const listed = listBlobs(createByteReader(check.stdout), request.maxBytes ?? MOST_BYTES);
    yield* fetchBlobs(listed, { ask: (id) => contents.stdin.write(`${id}\n`), answers });
    contents.stdin.end();
    // A program whose output is not read to its end does not end for us.
    while ((await answers.line()) !== undefined);
    // The last in the row first: when it ended early, those before it still run.
    for (const child of [contents, check, list]) refuseFault(await child, request.directory);
  } finally {
    for (const child of [list, check, contents]) child.kill();
  }
}

async function starter({ program, directory, machine }: EveryBlobRequest) {
  const { execa } = await import("execa");
  // A replaced object hides what is really there. (git-replace(1))
  const env = { ...machine.env, ...baseEnv(directory), LC_ALL: "C", GIT_NO_REPLACE_OBJECTS: "1" };
  const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return (...args: readonly string[]) => {
    const child = execa(program, args, {
      cwd: directory,
      env: Object.fromEntries(set),
      extendEnv: false,
      buffer: { stdout: false },
      reject: false,
    });
    // A git that ended early tells why by its exit code.
    child.stdin.on("error", () => undefined);
    return child;
  };
}

interface ListedBlob extends EveryBlob {
  readonly isTooLarge: boolean;
}

/** Lines: `<id> <type> <size> <path>`; a commit stands before the objects that it brings. */
async function* listBlobs(lines: ByteReader, maxBytes: number): AsyncGenerator<ListedBlob> {
  let commit = "";
  for (let line = await lines.line(); line !== undefined; line = await lines.line()) {
    const [, id = "", type = "", size = "", path = ""] = /^(\S+) (\w+) ?(\d*) ?(.*)$/s.exec(line) ?? [];
    const sizeBytes = Number(size);
    if (type === "commit") commit = id;
    if (type === "blob") yield { id, path, commit, sizeBytes, isTooLarge: sizeBytes > maxBytes };
  }
}

interface Contents {
  ask(id: string): void;
  readonly answers: ByteReader;
}

/** Ends early when git does. */
async function* fetchBlobs(listed: AsyncIterable<ListedBlob>, { ask, answers }: Contents): AsyncGenerator<EveryBlob> {
  const asked: ListedBlob[] = [];
  for await (const blob of listed) {
    if (!blob.isTooLarge) ask(blob.id);
    asked.push(blob);
    if (asked.length <= AHEAD) continue;
    const ready = await takeFirst(asked, answers);
    if (ready === undefined) return;
    yield ready;
  }
  for (let ready = await takeFirst(asked, answers); ready !== undefined; ready = await takeFirst(asked, answers))
    yield ready;
}

/** The answer is `<id> blob <size>`, the content, and a line end. */
async function takeFirst(asked: ListedBlob[], answers: ByteReader): Promise<EveryBlob | undefined> {
  const first = asked.shift();
  if (first === undefined) return undefined;
  const { isTooLarge, ...blob } = first;
  if (isTooLarge) return blob;
  if ((await answers.line()) === undefined) return undefined;
  const bytes = await answers.exactly(blob.sizeBytes);
  await answers.exactly(1);
  return bytes === undefined ? undefined : { ...blob, bytes };
}

interface Ended {
  readonly exitCode?: number | undefined;
  readonly stderr?: unknown;
}

function refuseFault({ exitCode, stderr }: Ended, directory: string): void {
  if (exitCode === 0) return;
  const said = typeof stderr === "string" ? stderr : "";
  const output = said.trim() === "" ? `git ended with ${exitCode ?? "a signal"}` : said;
  throw gitError({ task: "read the history", directory, output });
}
