import type { JsonObject } from "../../core/json.ts";
import { addServer, addSkill } from "../../manifest/edit-manifest.ts";
import type { Lock, LockedServer } from "../../manifest/lock.ts";
import { readCommand } from "../../pins/read-command.ts";
import type { Context } from "../context.ts";
import { withManifest, type Inputs } from "../inputs.ts";
import type { TakenSecret } from "./take-secrets.ts";

/** What is proposed for the manifest, one entry of it. */
export interface ImportEntry {
  readonly noun: "mcp_server" | "skill";
  /** As the manifest calls it: an id, or the path of a skill. */
  readonly name: string;
  readonly agents: readonly string[];
  /** Where it stands now, and goes on standing. */
  readonly files: readonly string[];
  /** As it is written in the manifest. */
  readonly declaration: JsonObject;
  readonly secrets: readonly TakenSecret[];
  /** The folder that a skill of the manifest is a copy of. */
  readonly copyFrom?: string;
}

/** The manifest and the lock with these entries in them. @throws AtkError E_MANIFEST */
export async function withEntries(inputs: Inputs, entries: readonly ImportEntry[], context: Context): Promise<Inputs> {
  const file = context.workspace.manifestFile;
  const text = entries.reduce(
    (before, { noun, name, declaration }) =>
      noun === "skill" ? addSkill(before, declaration, file) : addServer(before, name, declaration, file),
    inputs.manifestText,
  );
  const edited = await withManifest(inputs, text, context);
  return { ...edited, lock: withoutPins(inputs.lock, entries) };
}

/** A pin would put another command into the clients' files: that is for `atk lock NAME`, when its user wants it. */
function withoutPins(lock: Lock, entries: readonly ImportEntry[]): Lock {
  const added = entries.flatMap(({ name, declaration }): readonly (readonly [string, LockedServer])[] => {
    const words = wordsOf(declaration);
    const fetched = readCommand(words);
    if (fetched === undefined || fetched.type === "unclear") return [];
    return [[name, { command: words, program: { type: "unpinned", reason: "it was imported as it was" } }]];
  });
  if (added.length === 0) return lock;
  return { ...lock, servers: { ...lock.servers, ...Object.fromEntries(added) } };
}

function wordsOf({ command, args }: JsonObject): readonly string[] {
  const rest = Array.isArray(args) ? args.map(String) : [];
  return typeof command === "string" ? [command, ...rest] : [];
}
