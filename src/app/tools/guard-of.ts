import type { Lock } from "../../manifest/lock.ts";
import type { Manifest, PluginEntry } from "../../manifest/manifest.ts";
import type { GuardRules } from "../../tools/guard/guard-rules.ts";
import { recordFile, recordedIn, type ServerName } from "./tool-records.ts";

export interface GuardPlace {
  readonly manifest: Pick<Manifest, "policy" | "plugins" | "servers">;
  readonly lock: Lock;
  readonly lockFile: string;
}

/** What the launcher keeps from clients of a server; undefined: nothing, and it does not stand between them. */
export function guardOf(name: ServerName, { manifest, lock, lockFile }: GuardPlace): GuardRules | undefined {
  const { tools, guard } = entryOf(name, manifest);
  if (guard !== true && tools === undefined) return undefined;
  const recorded = recordedIn(lock, name);
  const record =
    recorded === undefined ? {} : { record: { file: recordFile(lockFile, name.id), digest: recorded.digest } };
  const { toolsChanged: changed, hiddenInstructions: hidden } = manifest.policy;
  return {
    server: name.id,
    ...(tools === undefined ? {} : { filter: tools }),
    ...(guard === true ? { compare: { ...record, changed, hidden } } : {}),
  };
}

function entryOf(
  { owner, id }: ServerName,
  { plugins, servers }: GuardPlace["manifest"],
): Pick<PluginEntry, "tools" | "guard"> {
  const declared = owner === id && Object.hasOwn(servers, id) ? servers[id] : undefined;
  return declared ?? plugins.find((entry) => entry.name === owner) ?? {};
}
