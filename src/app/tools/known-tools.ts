import { AtkError } from "../../core/errors.ts";
import type { KnownTools } from "../../tools/find-hidden.ts";
import { toolNames } from "../../tools/offer.ts";
import type { Context } from "../context.ts";
import type { LoadedServers } from "../server-specs.ts";
import { knownServers } from "./known-servers.ts";
import { readRecord } from "./tool-records.ts";

/** Names of the tools of every server that was recorded. A record that cannot be read is another check's fault. */
export async function knownTools({ inputs, plugins }: LoadedServers, context: Context): Promise<KnownTools> {
  const found = knownServers(inputs, plugins).map(async (server) => {
    const record = await readRecord(inputs, server, context).catch((error: unknown) => {
      if (error instanceof AtkError) return undefined;
      throw error;
    });
    return record === undefined ? [] : [[server.id, toolNames(record.offer)] as const];
  });
  return Object.fromEntries((await Promise.all(found)).flat());
}
