import type { AtkError } from "../../core/errors.ts";
import { equal } from "../../core/json.ts";
import type { Lock, LockedServer } from "../../manifest/lock.ts";
import type { ServerDeclaration } from "../../manifest/manifest.ts";
import { readCommand } from "../../pins/read-command.ts";
import type { Context } from "../context.ts";
import type { Inputs } from "../inputs.ts";
import { makePins, type Pinnable } from "./make-pins.ts";
import type { Pinning } from "./pin-plugin.ts";
import { programStanding } from "./program-standing.ts";

export interface DeclaredPins {
  readonly servers: NonNullable<Lock["servers"]>;
  readonly trees: Readonly<Record<string, string>>;
  /** Why one of them must not be run. */
  readonly faults: Readonly<Record<string, AtkError>>;
}

/** What the lock is to say of the manifest's own servers. */
export async function pinDeclared(
  inputs: Inputs,
  pinning: Pinning | undefined,
  context: Context,
): Promise<DeclaredPins> {
  if (inputs.pinnedServers !== undefined) return inputs.pinnedServers;
  const { manifest, lock, formerly = lock } = inputs;
  const kept = keptServers(inputs);
  if (pinning === undefined) return { servers: kept, trees: {}, faults: {} };
  const due = Object.entries(manifest.servers).flatMap(([id, declaration]): readonly Pinnable[] => {
    const words = declaredWords(declaration);
    if (words === undefined || readCommand(words) === undefined) return [];
    const known = kept[id];
    const { state } = programStanding(words, known?.program, known?.program === undefined);
    const isDue = state === "pending" || (pinning === "missing" && state === "unpinned");
    return isDue ? [{ id, words, before: formerly.servers?.[id]?.program }] : [];
  });
  if (due.length === 0) return { servers: kept, trees: {}, faults: {} };
  const { programs, trees, faults } = await makePins(due, manifest.policy, context);
  const added = due.flatMap(({ id, words }): readonly (readonly [string, LockedServer])[] => {
    const program = programs[id];
    return program === undefined ? [] : [[id, { ...kept[id], command: words, program }]];
  });
  return { servers: { ...kept, ...Object.fromEntries(added) }, trees, faults };
}

/** Undefined for a server that is reached by URL. */
export function declaredWords(declaration: ServerDeclaration): readonly string[] | undefined {
  return "command" in declaration ? [declaration.command, ...declaration.args] : undefined;
}

/** Of servers that are in the manifest still; a pin only as long as the command is the one it was made of. */
function keptServers({ manifest, lock }: Inputs): NonNullable<Lock["servers"]> {
  const kept = Object.entries(lock.servers ?? {}).flatMap(
    ([id, locked]): readonly (readonly [string, LockedServer])[] => {
      const declaration = manifest.servers[id];
      if (declaration === undefined) return [];
      const words = declaredWords(declaration);
      if (locked.program === undefined || (words !== undefined && equal(words, locked.command))) return [[id, locked]];
      const { program: _program, command: _command, ...rest } = locked;
      return Object.keys(rest).length === 0 ? [] : [[id, rest]];
    },
  );
  return Object.fromEntries(kept);
}
