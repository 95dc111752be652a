import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { Lock, RecordedTools } from "../../manifest/lock.ts";
import type { ToolRecord } from "../../tools/record-text.ts";
import type { Context } from "../context.ts";
import type { Inputs } from "../inputs.ts";

/** A server by its id, and the entry of the manifest that brings it: a plugin, or itself. */
export interface ServerName {
  readonly owner: string;
  readonly id: string;
}

/** Where the full texts of a server lie, beside the lock: `atk.lock.d/tools/<id>.json`. */
export function recordFile(lockFile: string, id: string): string {
  return join(`${lockFile}.d`, "tools", `${id}.json`);
}

/** What the lock has of a server's tools. */
export function recordedIn({ plugins, servers }: Lock, { owner, id }: ServerName): RecordedTools | undefined {
  const ofPlugin = Object.hasOwn(plugins, owner) ? plugins[owner]?.tools : undefined;
  if (ofPlugin !== undefined && Object.hasOwn(ofPlugin, id)) return ofPlugin[id];
  return owner === id && servers !== undefined && Object.hasOwn(servers, id) ? servers[id]?.tools : undefined;
}

/** The lock with a server's tools as they are now. */
export function withRecorded(lock: Lock, { owner, id }: ServerName, tools: RecordedTools): Lock {
  const plugin = Object.hasOwn(lock.plugins, owner) ? lock.plugins[owner] : undefined;
  if (plugin === undefined) return { ...lock, servers: { ...lock.servers, [id]: { ...lock.servers?.[id], tools } } };
  const changed = { ...plugin, tools: { ...plugin.tools, [id]: tools } };
  return { ...lock, plugins: { ...lock.plugins, [owner]: changed } };
}

/** Ids of all servers that the lock has tools of. */
export function recordedIds({ plugins, servers = {} }: Lock): readonly string[] {
  const own = Object.entries(servers).flatMap(([id, { tools }]) => (tools === undefined ? [] : [id]));
  return [...own, ...Object.values(plugins).flatMap(({ tools = {} }) => Object.keys(tools))];
}

/**
 * The full texts of a server, checked against the lock; undefined when nothing was recorded.
 * @throws AtkError E_INTEGRITY when the file is gone, or is not what was recorded.
 */
export async function readRecord(inputs: Inputs, name: ServerName, context: Context): Promise<ToolRecord | undefined> {
  const recorded = recordedIn(inputs.lock, name);
  if (recorded === undefined) return undefined;
  return inputs.toolRecords?.[name.id] ?? readRecordFile(name.id, recorded, context);
}

/** The same for what is in the lock already. @throws AtkError E_INTEGRITY */
export async function readRecordFile(id: string, { digest }: RecordedTools, context: Context): Promise<ToolRecord> {
  const file = recordFile(context.workspace.lockFile, id);
  const text = await context.look.text(file);
  const { parseRecord } = await import("../../tools/record-text.ts");
  if (text !== undefined) return parseRecord(text, file, digest);
  throw new AtkError("E_INTEGRITY", `${file} is missing: it has the texts that atk.lock has a digest of`, {
    at: { file },
    hint: `take it from git, or record the server again: atk mcp test --record ${id}`,
  });
}
