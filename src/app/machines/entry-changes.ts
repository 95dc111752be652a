import { resolve } from "node:path";
import type { NamedMachine } from "../../manifest/for-machine.ts";
import type { KnownMachine } from "../../manifest/machine-worlds.ts";
import type { Context } from "../context.ts";
import type { Inputs } from "../inputs.ts";
import { expandTilde } from "../machine-paths.ts";
import type { InputsBefore } from "./plan-elsewhere.ts";
import { wantedThere, type WantedEntry } from "./wanted-there.ts";

export interface ElsewhereChange {
  readonly name: string;
  readonly kind: WantedEntry["kind"];
  /** unknown: it depends on what nobody knows of that machine. */
  readonly verdict: "create" | "update" | "delete" | "noop" | "unknown";
  readonly agents: readonly string[];
}

interface Question {
  readonly known: KnownMachine;
  /** What that machine can be, at least one. */
  readonly worlds: readonly NamedMachine[];
  readonly inputs: Inputs;
  readonly before: InputsBefore | undefined;
}

/** Each entry that the machine gets, or had, in the order of the manifest. */
export async function entryChanges(
  { worlds, inputs, before }: Question,
  context: Context,
): Promise<readonly ElsewhereChange[]> {
  const now = worlds.map((world) => wantedThere(inputs.written, inputs.lock, world));
  const [world] = worlds;
  const then = before === undefined || world === undefined ? NOTHING : wantedThere(before.manifest, before.lock, world);
  const keys = [...new Set([...now.flatMap((wanted) => [...wanted.keys()]), ...then.keys()])];
  const isSameContent = before === undefined ? undefined : await contentSince(before.commit, context);
  const changes = keys.map(async (key): Promise<readonly ElsewhereChange[]> => {
    const found = now.map((wanted) => wanted.get(key));
    const entry = found.find((each) => each !== undefined) ?? then.get(key);
    if (entry === undefined) return [];
    const { name, kind, agents } = entry;
    if (found.some((each) => each?.text !== found[0]?.text)) return [{ name, kind, verdict: "unknown", agents }];
    return [{ name, kind, agents, verdict: await verdictOf(then.get(key), found[0], isSameContent) }];
  });
  return (await Promise.all(changes)).flat();
}

const NOTHING: ReadonlyMap<string, WantedEntry> = new Map();

type IsSameContent = (path: string) => Promise<boolean>;

async function verdictOf(
  before: WantedEntry | undefined,
  now: WantedEntry | undefined,
  isSameContent: IsSameContent | undefined,
): Promise<ElsewhereChange["verdict"]> {
  if (before === undefined) return "create";
  if (now === undefined) return "delete";
  if (before.text !== now.text) return "update";
  return now.path === undefined || (await isSameContent?.(now.path)) !== false ? "noop" : "update";
}

/** Whether a skill or an instruction of the home is as a commit has it. What is outside of the home, nobody knows. */
async function contentSince(commit: string, { host, workspace }: Context): Promise<IsSameContent> {
  const { isUnchangedSince } = await import("../../git/shared/unchanged-since.ts");
  return (path) =>
    isUnchangedSince(
      { commit, path: resolve(workspace.directory, expandTilde(path, host.machine)) },
      workspace.directory,
      host,
    );
}
