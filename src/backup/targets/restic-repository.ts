import { dirname, isAbsolute } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { BackupTarget } from "../../manifest/upkeep.ts";
import type { TargetDeps } from "../open-target.ts";
import { callProgram, findProgram, type ProgramEnd, type TargetProgram } from "./stream-program.ts";

/** Tag of what holds a file; whether all of it, another snapshot says. */
export const DATA = "atk-data";
const ASK_LIMIT_MS = 5 * 60_000;

export interface Repository {
  readonly program: TargetProgram;
  /** A folder of this machine; absent: somewhere else. */
  readonly folder?: string;
}

/** A file that is wholly there. */
export interface Snapshot {
  readonly id: string;
  /** Id, or the beginning of it, of the snapshot that holds the file. */
  readonly of: string;
  readonly path: string;
  readonly size: number;
}

export async function repositoryOf(
  name: string,
  { repository, password, env }: Extract<BackupTarget, { readonly type: "restic" }>,
  deps: TargetDeps,
): Promise<Repository> {
  const command = await findProgram("restic", name, deps.host);
  const secret = await deps.resolve(password);
  const named = await Promise.all(
    Object.entries(env).map(async ([key, value]) => [key, await deps.resolve(value)] as const),
  );
  const secrets = [
    secret,
    ...Object.entries(env).flatMap(([key, value]) => (typeof value === "string" ? [] : [valueOf(named, key)])),
  ];
  const place = repository.startsWith("~/") ? deps.host.machine.homeDirectory + repository.slice(1) : repository;
  const own = {
    RESTIC_REPOSITORY: place,
    RESTIC_PASSWORD: secret,
    // Either of these in the user's own environment would be taken instead, or refused beside the others.
    RESTIC_PASSWORD_FILE: undefined,
    RESTIC_PASSWORD_COMMAND: undefined,
    RESTIC_REPOSITORY_FILE: undefined,
  };
  const program = {
    target: name,
    command,
    env: { ...Object.fromEntries(named), ...own },
    secrets,
    cwd: deps.directory,
  };
  return { program: { ...program, host: deps.host }, ...(isAbsolute(place) ? { folder: place } : {}) };
}

function valueOf(named: readonly (readonly [string, string])[], key: string): string {
  return named.find(([name]) => name === key)?.[1] ?? "";
}

/** The files that are kept, oldest first; none where there is no repository yet. */
export async function snapshotsIn(repository: Repository): Promise<readonly Snapshot[]> {
  const end = await askSnapshots(repository);
  if (end.exitCode === 0) return parseSnapshots(end, repository);
  if (isMissing(end)) return [];
  throw resticFault(repository, "list")(end);
}

/** The same, and the repository is made when it is used for the first time. */
export async function preparedSnapshots(repository: Repository): Promise<readonly Snapshot[]> {
  const end = await askSnapshots(repository);
  if (end.exitCode === 0) return parseSnapshots(end, repository);
  const { program, folder } = repository;
  // A folder whose parent is not there either is a disk that is not mounted, more likely than a wish.
  const isMounted = folder === undefined || (await program.host.files.stat(dirname(folder))) !== undefined;
  if (!isMissing(end) || !isMounted) throw resticFault(repository, "write")(end);
  const made = await callProgram({ program, args: ["init"] }, ASK_LIMIT_MS);
  if (made.exitCode !== 0) throw resticFault(repository, "write")(made);
  return [];
}

function askSnapshots({ program }: Repository): Promise<ProgramEnd> {
  return callProgram(
    { program, args: ["snapshots", "--json", "--no-lock", "--tag=atk", `--tag=${DATA}`] },
    ASK_LIMIT_MS,
  );
}

function parseSnapshots(end: ProgramEnd, { program }: Repository): readonly Snapshot[] {
  return (jsonIn(end.stdout, program.target) ?? [])
    .map((each) => ({ ...each, at: Date.parse(each.time) }))
    .sort((a, b) => a.at - b.at)
    .flatMap(({ id, tags = [] }) => {
      const [path, size, of] = [tagIn(tags, "path="), tagIn(tags, "size="), tagIn(tags, "of=")];
      const isWhole = path !== undefined && size !== undefined && of !== undefined;
      return isWhole ? [{ id, of, path: decodeURIComponent(path), size: Number(size) }] : [];
    });
}

/** What runs that were killed have left, when it is so old that nobody writes it any more. */
export async function leftIn(repository: Repository): Promise<readonly string[]> {
  const { program } = repository;
  const end = await askSnapshots(repository);
  if (end.exitCode !== 0) return [];
  const named = parseSnapshots(end, repository).map(({ of }) => of);
  const before = program.host.now().getTime() - 2 * DAY_MS;
  return (jsonIn(end.stdout, program.target) ?? [])
    .filter(({ tags = [], time }) => tags.includes(DATA) && Date.parse(time) < before)
    .map(({ id }) => id)
    .filter((id) => !named.some((each) => id.startsWith(each)));
}

const DAY_MS = 24 * 60 * 60_000;

interface RawSnapshot {
  readonly id: string;
  readonly time: string;
  readonly tags?: readonly string[];
}

function tagIn(tags: readonly string[], start: string): string | undefined {
  return tags.find((tag) => tag.startsWith(start))?.slice(start.length);
}

function jsonIn(text: string, name: string): readonly RawSnapshot[] | null {
  try {
    return JSON.parse(text) as readonly RawSnapshot[] | null;
  } catch (cause) {
    throw new AtkError("E_BACKUP", `backup target ${name}: restic snapshots printed no JSON`, {
      cause,
      hint: "restic version",
    });
  }
}

/** 10 since restic 0.17; before that only its words tell. (restic.readthedocs.io, "Exit codes") */
function isMissing({ exitCode, said }: ProgramEnd): boolean {
  return exitCode === 10 || /Is there a repository at the following location|repository does not exist/i.test(said);
}

export function resticFault({ program }: Repository, task: string): (end: ProgramEnd) => AtkError {
  return ({ exitCode, said }) =>
    new AtkError(
      "E_BACKUP",
      `backup target ${program.target}: could not ${task}: restic ended with ${exitCode}\n${said}`.trimEnd(),
      { hint: hintFor(exitCode, said) },
    );
}

function hintFor(exitCode: number, said: string): string {
  if (exitCode === 12 || /wrong password|no key found/i.test(said))
    return "correct `password` of the target in atk.yaml: atk secret set";
  if (exitCode === 11 || /already locked/i.test(said)) return "another restic works there; if none does: restic unlock";
  if (exitCode === 10 || /Is there a repository/i.test(said))
    return "look whether the disk is mounted or the address right";
  return "look whether the target can be reached and has space, then try again";
}
