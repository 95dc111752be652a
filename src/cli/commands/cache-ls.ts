import type { CacheEntry, CacheList } from "../../app/cache/list-cache.ts";
import { cacheTable } from "../cache-table.ts";
import type { Command } from "../command.ts";
import { outJson } from "../session.ts";
import { showBytes } from "../show-bytes.ts";

export const command: Command = {
  name: "cache ls",
  summary: "show what is kept on this machine, since when, and who needs it",
  details:
    "LAST USED is exact to half an hour; plan and status do not count.\nNEEDED BY: the manifests of this machine whose locks name it; atk learns of one when it first changes something there.",
  async run(_invocation, session) {
    const { openCache } = await import("../../app/cache/cache-place.ts");
    const { listCache } = await import("../../app/cache/list-cache.ts");
    const { directory, homes } = await openCache(session.host);
    const list = await listCache(session.host, directory, homes);
    if (session.json) outJson(session, list);
    else session.out(show(list));
    return 0;
  },
};

function show({ directory, entries, sizeBytes }: CacheList): string {
  const end = `${entries.length} kept in ${directory}, ${showBytes(sizeBytes)} on the disk.`;
  if (entries.length === 0) return end;
  return `${cacheTable([...entries].sort(byLastUse))}\n\n${end}`;
}

function byLastUse(a: CacheEntry, b: CacheEntry): number {
  return a.lastUsed < b.lastUsed ? 1 : -1;
}
