import { isObject, type Json } from "../core/json.ts";
import { parseLock } from "../manifest/lock-file.ts";
import type { Lock, Pin } from "../manifest/lock.ts";
import { isRecordWith } from "../tools/record-text.ts";
import { createQuestions } from "./disagree.ts";
import type { Answers, MergeContext, MergeInput, Merged } from "./merge-text.ts";

/** See `mergeText`: a file of `atk.lock.d` is the one that the merged lock has the digest of, or none. */
export function mergeWhole(input: MergeInput, answers: Answers, { lock, path }: MergeContext): Merged {
  const needed = lock === undefined || path === undefined ? undefined : neededIn(parseLock(lock, "atk.lock"), path);
  if (needed !== undefined) return mergeNeeded(input, needed);
  const { base, ours, theirs } = input;
  if (theirs === base || ours === theirs) return { text: ours, disagreements: [] };
  if (ours === base) return { text: theirs, disagreements: [] };
  const questions = createQuestions(answers);
  const shown = { base: has(base), ours: has(ours), theirs: has(theirs) };
  return { text: questions.settle(path ?? "file", { base, ours, theirs }, shown), disagreements: questions.open };
}

const has = (text: string | undefined): Json | undefined => (text === undefined ? undefined : "there");

/** Whether the lock needs a text in this place; "nothing": it needs none. */
type Needed = "nothing" | ((text: string) => boolean);

/** Undefined for a file that the lock says nothing of. */
function neededIn(lock: Lock, path: string): Needed | undefined {
  const [, folder, name = ""] = /^atk\.lock\.d\/(npm|tools)\/(.+)\.json$/.exec(path) ?? [];
  // The name of a tree has its digest in it: every text in this place is the same.
  if (folder === "npm") return pinsOf(lock).some((pin) => treeName(pin) === name) ? () => true : "nothing";
  if (folder !== "tools") return undefined;
  const digests = recordedDigests(lock, name);
  return digests.length === 0 ? "nothing" : (text) => digests.some((digest) => isRecordWith(text, digest));
}

function mergeNeeded({ base, ours, theirs }: MergeInput, needed: Needed): Merged {
  if (needed === "nothing") return { disagreements: [] };
  const text = [ours, theirs, base].find((each) => each !== undefined && needed(each));
  return { text: text ?? ours ?? theirs, disagreements: [] };
}

function pinsOf({ plugins, servers = {} }: Lock): readonly Pin[] {
  const pins = [
    ...Object.values(plugins).flatMap(({ programs = {} }) => Object.values(programs)),
    ...Object.values(servers).map(({ program }) => program),
  ];
  return pins.filter((pin) => pin !== undefined);
}

const DIGEST_LENGTH = 12;

/** See app/pins/tree-files.ts. */
function treeName(pin: Pin): string | undefined {
  if (pin.type !== "npm") return undefined;
  const digest = pin.tree.replace(/^sha256-/, "").slice(0, DIGEST_LENGTH);
  return `${pin.package.replace("/", "__")}@${pin.version}-${digest}`;
}

function recordedDigests({ plugins, servers = {} }: Lock, id: string): readonly string[] {
  const own = Object.hasOwn(servers, id) ? servers[id]?.tools?.digest : undefined;
  const ofPlugins = Object.values(plugins).map(({ tools }) =>
    isObject(tools) && Object.hasOwn(tools, id) ? tools[id]?.digest : undefined,
  );
  return [own, ...ofPlugins].filter((digest) => digest !== undefined);
}

/** The files that a lock needs in `atk.lock.d`, relative to the top of the repository, sorted. */
export function filesOfLock(lockText: string): readonly string[] {
  const lock = parseLock(lockText, "atk.lock");
  const trees = pinsOf(lock).flatMap((pin) => treeName(pin) ?? []);
  const ids = [
    ...Object.entries(lock.servers ?? {}).flatMap(([id, { tools }]) => (tools === undefined ? [] : [id])),
    ...Object.values(lock.plugins).flatMap(({ tools = {} }) => Object.keys(tools)),
  ];
  const paths = [
    ...trees.map((name) => `atk.lock.d/npm/${name}.json`),
    ...ids.map((id) => `atk.lock.d/tools/${id}.json`),
  ];
  return [...new Set(paths)].sort();
}
