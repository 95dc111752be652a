import { randomBytes } from "node:crypto";
import { AtkError } from "../../core/errors.ts";
import type { BackupTarget } from "../../manifest/upkeep.ts";
import type { TargetDeps } from "../open-target.ts";
import type { Target } from "../target.ts";
import { checkedPath } from "./target-path.ts";
import {
  callProgram,
  findProgram,
  readProgram,
  writeProgram,
  type ProgramEnd,
  type TargetProgram,
} from "./stream-program.ts";

/** One of the user's own rclone remotes, e.g. `drive:atk`. */
export async function openRclone(
  name: string,
  { remote }: Extract<BackupTarget, { readonly type: "rclone" }>,
  deps: TargetDeps,
): Promise<Target> {
  if (remote.startsWith("-") || remote === "")
    throw new AtkError("E_BACKUP", `backup target ${name}: ${JSON.stringify(remote)} is no remote of rclone`, {
      hint: "write it as drive:folder, see rclone listremotes",
    });
  return rcloneTarget({ name, remote, env: {}, secrets: [] }, deps);
}

export interface RcloneRemote {
  readonly name: string;
  readonly remote: string;
  /** Configures the remote where the user's own file does not. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly secrets: readonly string[];
}

/** What is being written has such a name: it is no file of a backup. */
const PART = /\.part-[0-9a-f]{12}$/;
/** rclone tries again by itself; a list of many folders takes its time. */
const CALL_LIMIT_MS = 15 * 60_000;
const MANNERS = ["--contimeout=30s", "--timeout=2m", "--retries=3", "--low-level-retries=5", "--ask-password=false"];
/** (rclone.org/docs, "List of exit codes") */
const NO_DIRECTORY = 3;
const NO_FILE = 4;

export async function rcloneTarget({ name, remote, env, secrets }: RcloneRemote, deps: TargetDeps): Promise<Target> {
  const command = await findProgram("rclone", name, deps.host);
  const program: TargetProgram = { target: name, command, env, secrets, cwd: deps.directory, host: deps.host };
  const at = (path: string): string => joined(remote, checkedPath(path, name));
  return {
    name,
    raw: false,
    list: (folder) => list(program, folder === "" ? remote : at(folder), folder),
    read: (path) => read(program, path, at),
    write: (path, content) => write(program, { path, place: at(path) }, content),
    remove: (path) => remove(program, path, at),
  };
}

function joined(remote: string, path: string): string {
  return /[:/]$/.test(remote) ? remote + path : `${remote}/${path}`;
}

async function list(program: TargetProgram, place: string, folder: string): ReturnType<Target["list"]> {
  const args = [...MANNERS, "lsjson", "--recursive", "--files-only", "--no-modtime", "--no-mimetype", "--", place];
  const end = await callProgram({ program, args }, CALL_LIMIT_MS);
  if (end.exitCode === NO_DIRECTORY) return [];
  if (end.exitCode !== 0) throw faultOf(program.target, "list", folder)(end);
  return entriesOf(end.stdout, program.target)
    .filter(({ Path }) => !PART.test(Path))
    .map(({ Path, Size }) => ({ path: folder === "" ? Path : `${folder}/${Path}`, size: Size }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

interface Entry {
  readonly Path: string;
  readonly Size: number;
}

function entriesOf(text: string, name: string): readonly Entry[] {
  try {
    return JSON.parse(text) as readonly Entry[];
  } catch (cause) {
    throw new AtkError("E_BACKUP", `backup target ${name}: rclone lsjson printed no JSON`, {
      cause,
      hint: "rclone version",
    });
  }
}

/** Beside it first, compared by size, then moved: rclone takes the end of a broken pipe for the end of the file. */
async function write(
  program: TargetProgram,
  { path, place }: { readonly path: string; readonly place: string },
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  const part = `${place}.part-${randomBytes(6).toString("hex")}`;
  const fault = faultOf(program.target, "write", path);
  try {
    const { bytes } = await writeProgram({ program, args: [...MANNERS, "rcat", "--", part] }, content, fault);
    await compareSize(program, { part, path, bytes });
    const moved = await callProgram({ program, args: [...MANNERS, "moveto", "--", part, place] }, CALL_LIMIT_MS);
    if (moved.exitCode !== 0) throw fault(moved);
  } catch (error) {
    await callProgram({ program, args: [...MANNERS, "deletefile", "--", part] }, CALL_LIMIT_MS).catch(() => undefined);
    throw error;
  }
}

async function compareSize(
  program: TargetProgram,
  { part, path, bytes }: { readonly part: string; readonly path: string; readonly bytes: number },
): Promise<void> {
  const size = await sizeOf(program, part, faultOf(program.target, "write", path));
  if (size !== bytes) throw incomplete(program.target, path, [size ?? 0, bytes]);
}

function incomplete(name: string, path: string, [got, wanted]: readonly [number, number]): AtkError {
  return new AtkError("E_BACKUP", `backup target ${name}: of ${path} only ${got} of ${wanted} bytes arrived`, {
    hint: "look for space at the target, then try again",
  });
}

/** In bytes; undefined when there is no such file. */
async function sizeOf(
  program: TargetProgram,
  place: string,
  fault: (end: ProgramEnd) => AtkError,
): Promise<number | undefined> {
  const args = [...MANNERS, "lsjson", "--files-only", "--no-modtime", "--no-mimetype", "--", place];
  const end = await callProgram({ program, args }, CALL_LIMIT_MS);
  if (end.exitCode === NO_DIRECTORY || end.exitCode === NO_FILE) return undefined;
  if (end.exitCode !== 0) throw fault(end);
  // Of a folder it would list what is inside.
  const [entry, ...others] = entriesOf(end.stdout, program.target);
  return others.length === 0 && place.endsWith(entry?.Path ?? "\0") ? entry?.Size : undefined;
}

/** Of a bucket, `cat` gives nothing for what is not there, and ends well. */
async function* read(program: TargetProgram, path: string, at: (path: string) => string): AsyncIterable<Uint8Array> {
  const fault = faultOf(program.target, "read", path);
  const place = at(path);
  const size = await sizeOf(program, place, fault);
  if (size === undefined) throw fault({ exitCode: NO_FILE, stdout: "", said: "" });
  let got = 0;
  for await (const chunk of readProgram({ program, args: [...MANNERS, "cat", "--", place] }, fault)) {
    got += chunk.byteLength;
    yield chunk;
  }
  if (got !== size) throw incomplete(program.target, path, [got, size]);
}

async function remove(program: TargetProgram, path: string, at: (path: string) => string): Promise<void> {
  const end = await callProgram({ program, args: [...MANNERS, "deletefile", "--", at(path)] }, CALL_LIMIT_MS);
  const isGone = [NO_DIRECTORY, NO_FILE].includes(end.exitCode) || /doesn't exist|not found/.test(end.said);
  if (end.exitCode !== 0 && !isGone) throw faultOf(program.target, "remove", path)(end);
  await sweep(program, at(path.split("/")[0] ?? path));
}

/** What runs that were killed have left, when it is so old that nobody writes it any more. */
async function sweep(program: TargetProgram, place: string): Promise<void> {
  const old = [`--include=*.part-${"?".repeat(12)}`, "--min-age=2d"];
  await callProgram({ program, args: [...MANNERS, "delete", ...old, "--", place] }, CALL_LIMIT_MS);
}

function faultOf(name: string, task: string, path: string): (end: ProgramEnd) => AtkError {
  return ({ exitCode, said }) => {
    const what = path === "" ? "it" : path;
    const isGone = exitCode === NO_DIRECTORY || exitCode === NO_FILE;
    const why = isGone ? "it is not there" : `rclone ended with ${exitCode}`;
    return new AtkError("E_BACKUP", `backup target ${name}: could not ${task} ${what}: ${why}\n${said}`.trimEnd(), {
      hint:
        isGone && task === "read" ? "atk backup list" : "look at its remote: rclone listremotes, rclone about REMOTE:",
    });
  };
}
