import type { LockedPlugin, Pin } from "../../manifest/lock.ts";
import type { Plugin, PluginServer } from "../../manifest/plugin.ts";
import type { Context } from "../context.ts";
import type { Inputs } from "../inputs.ts";
import { makePins, type Pinnable } from "./make-pins.ts";
import { programStanding } from "./program-standing.ts";

/** Which pins are made: those of what the lock lacks as a whole, or every one that is missing. Absent: none, as in a plan. */
export type Pinning = "fresh" | "missing";

export interface PinnedPlugin {
  readonly locked: LockedPlugin;
  readonly trees: Readonly<Record<string, string>>;
  /** Nobody has tried to pin it yet. */
  readonly isPending: boolean;
}

interface Unpinned {
  readonly name: string;
  readonly plugin: Plugin;
  readonly locked: LockedPlugin;
  /** Resolved by this run. */
  readonly isFresh: boolean;
}

/** The lock entry of a plugin with what its servers run. @throws AtkError E_INTEGRITY, E_POLICY: see makePins */
export async function pinPlugin(
  { name, plugin, locked, isFresh }: Unpinned,
  pinning: Pinning | undefined,
  inputs: Inputs,
  context: Context,
): Promise<PinnedPlugin> {
  const done = inputs.resolved?.[name];
  if (done?.trees !== undefined)
    return { locked: withPrograms(locked, done.locked.programs), trees: done.trees, isPending: false };
  const known = { locked, trees: {}, isPending: isFresh };
  if (pinning === undefined || (pinning === "fresh" && !isFresh)) return known;
  const servers = plugin.servers.flatMap((server) => pinnable(server, name, inputs));
  const isDue = ({ id, words }: Pinnable): boolean =>
    isFresh || programStanding(words, locked.programs?.[id], true).state !== "pinned";
  const due = servers.filter(isDue);
  if (due.length === 0) return { ...known, isPending: false };
  const { programs, trees, faults } = await makePins(due, inputs.manifest.policy, context);
  const [fault] = Object.values(faults);
  if (fault !== undefined) throw fault;
  const kept = Object.entries(locked.programs ?? {}).filter(([id]) => servers.some((server) => server.id === id));
  return { locked: withPrograms(locked, { ...Object.fromEntries(kept), ...programs }), trees, isPending: false };
}

/** Command and arguments as they are written; undefined for a server that is reached by URL. */
export function wordsOf(server: PluginServer): readonly string[] | undefined {
  return server.transport === "stdio" ? [server.command, ...server.args] : undefined;
}

function pinnable(server: PluginServer, name: string, { lock, formerly }: Inputs): readonly Pinnable[] {
  const words = wordsOf(server);
  const before = (formerly ?? lock).plugins[name]?.programs?.[server.id];
  return words === undefined ? [] : [{ id: server.id, words, before }];
}

function withPrograms(locked: LockedPlugin, programs: Readonly<Record<string, Pin>> = {}): LockedPlugin {
  const { programs: _before, ...rest } = locked;
  return Object.keys(programs).length === 0 ? rest : { ...rest, programs };
}
