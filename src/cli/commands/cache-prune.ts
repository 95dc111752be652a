import { cacheTable } from "../cache-table.ts";
import { DRY_RUN, type Command } from "../command.ts";
import { outJson } from "../session.ts";
import { showBytes } from "../show-bytes.ts";

export const command: Command = {
  name: "cache prune",
  summary: "remove what no lock of this machine needs",
  options: [
    { flags: "--older-than <age>", summary: "only what was not used for so long: 30d, 12h, 2w" },
    { flags: "--all", summary: "also what locks need; it is fetched again when it is needed" },
    DRY_RUN,
  ],
  details:
    "Everything in the cache can be had again from where it came, as long as that is there.\nWhat is only vendored or installed is not touched.",
  async run({ options }, session) {
    const { pruneCache, readAge } = await import("../../app/cache/prune-cache.ts");
    const age = options.text("olderThan");
    const dryRun = options.flag("dryRun");
    const request = { all: options.flag("all"), olderThanMs: age === undefined ? 0 : readAge(age), dryRun };
    const pruned = await pruneCache(request, session.host);
    if (session.json) outJson(session, { ...pruned, dryRun });
    else {
      if (pruned.unknownHomes > 0) session.say(unknownHomes(pruned.unknownHomes));
      if (pruned.removed.length > 0) session.out(cacheTable(pruned.removed));
      const verb = dryRun ? "Would remove" : "Removed";
      session.out(
        `${verb} ${pruned.removed.length}, kept ${pruned.kept.length}: ${showBytes(pruned.freedBytes)} freed.`,
      );
    }
    return 0;
  },
};

function unknownHomes(count: number): string {
  const homes = count === 1 ? "1 home" : `${count} homes`;
  return `! ${homes} of this machine not asked: an older atk worked there. What only they need is fetched again by the next apply.`;
}
