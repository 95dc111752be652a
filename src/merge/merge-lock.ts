import { equal, isObject, type Json, type JsonObject } from "../core/json.ts";
import { parseLock, printLock } from "../manifest/lock-file.ts";
import type { Lock, LockedPlugin, LockedServer } from "../manifest/lock.ts";
import { readYaml } from "../manifest/yaml-document.ts";
import { createQuestions, idOf, type Questions } from "./disagree.ts";
import { fromLines, toLines } from "./lines.ts";
import { mergeLocked } from "./merge-locked.ts";
import type { Answers, Merged } from "./merge-text.ts";
import { normalManifest } from "./normal-manifest.ts";
import { eachOf, type Three } from "./three-way.ts";

export interface LockTexts {
  readonly base: string | undefined;
  readonly ours: string;
  readonly theirs: string;
  /** The merged manifest; without it the sources of the locks themselves are what is wanted. */
  readonly manifest: string | undefined;
}

/** See `mergeText`: every entry is one that a side has, for the source that the manifest has now. @throws AtkError E_LOCK */
export function mergeLock({ base, ours, theirs, manifest }: LockTexts, answers: Answers, file: string): Merged {
  const parse = (text: string) => parseLock(toLines(text).body, file);
  const locks: Three<Lock> = {
    base: base === undefined ? undefined : parse(base),
    ours: parse(ours),
    theirs: parse(theirs),
  };
  const questions = createQuestions(answers);
  const wanted = manifest === undefined ? undefined : wantedBy(manifest);
  const plugins = mergeEntries(
    eachOf(locks, (lock) => lock.plugins),
    { section: "plugins", wanted: wanted?.plugins, fits: hasSource },
    questions,
  );
  const servers = mergeEntries(
    eachOf(locks, (lock) => lock.servers ?? {}),
    { section: "servers", wanted: wanted?.servers, fits: hasWords },
    questions,
  );
  const isEmpty = Object.keys(servers).length === 0;
  const lock: Lock = { lockVersion: 1, plugins, ...(isEmpty ? {} : { servers }) };
  const text = fromLines(printLock(lock), {
    base: base === undefined ? undefined : toLines(base),
    ours: toLines(ours),
    theirs: toLines(theirs),
  });
  return { text, disagreements: questions.open };
}

interface Wanted {
  readonly plugins: JsonObject;
  readonly servers: JsonObject;
}

/** Sources of plugins by name, and commands of servers by id. A manifest that cannot be read says nothing. */
function wantedBy(text: string): Wanted | undefined {
  const { data, problems } = readYaml(text, "atk.yaml");
  if (problems.length > 0) return undefined;
  const { plugins, mcp_servers: servers } = normalManifest(data);
  const entries = Array.isArray(plugins) ? (plugins as readonly Json[]).filter(isObject) : [];
  return {
    plugins: Object.fromEntries(entries.map(({ name, source }) => [String(name), source ?? { type: "registry" }])),
    servers: Object.fromEntries(
      Object.entries(isObject(servers) ? servers : {}).map(([id, server]) => [id, wordsOf(server)]),
    ),
  };
}

function wordsOf(server: Json): Json {
  if (!isObject(server) || typeof server["command"] !== "string") return null;
  const { command, args } = server;
  return [command, ...(Array.isArray(args) ? (args as readonly Json[]) : [])];
}

interface Rule<T> {
  readonly section: string;
  readonly wanted: JsonObject | undefined;
  /** Whether the entry is one for what the manifest has. */
  fits(locked: T, wanted: Json): boolean;
}

const hasSource = ({ source }: LockedPlugin, wanted: Json) => equal(source as unknown as Json, wanted);

const hasWords = ({ command, program }: LockedServer, wanted: Json) =>
  program === undefined || equal((command ?? null) as Json, wanted);

type Entries<T> = Readonly<Record<string, T>>;

function mergeEntries<T extends LockedPlugin | LockedServer>(
  locks: Three<Entries<T>>,
  rule: Rule<T>,
  questions: Questions,
): Record<string, T> {
  const names = new Set([locks.base, locks.ours, locks.theirs].flatMap((entries) => Object.keys(entries ?? {})));
  const merged: [string, T][] = [];
  for (const name of [...names].sort()) {
    const entries = eachOf(locks, (side) => (Object.hasOwn(side, name) ? side[name] : undefined));
    const entry = mergeEntry(entries, { name, rule }, questions);
    if (entry !== undefined) merged.push([name, entry]);
  }
  return Object.fromEntries(merged);
}

function mergeEntry<T extends LockedPlugin | LockedServer>(
  entries: Three<T>,
  { name, rule: { section, wanted, fits } }: { readonly name: string; readonly rule: Rule<T> },
  questions: Questions,
): T | undefined {
  const id = idOf(["lock", section, name]);
  if (wanted === undefined) return mergeLocked(entries, id, questions);
  const want = Object.hasOwn(wanted, name) ? wanted[name] : undefined;
  if (want === undefined) return undefined;
  const fitting = eachOf(entries, (entry) => (fits(entry, want) ? entry : undefined));
  const { ours, theirs } = fitting;
  if (ours === undefined || theirs === undefined) return ours ?? theirs;
  return mergeLocked(fitting, id, questions);
}
