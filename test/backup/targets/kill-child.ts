import { openTarget } from "../../../src/backup/open-target.ts";
import type { BackupTarget } from "../../../src/manifest/upkeep.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";

/** A process to be killed: bundled and started by kill.test.ts with a target as JSON. It writes without an end, and says when it has begun. */
const [target = "{}", directory = ""] = process.argv.slice(2);
const host = createNodeHost({ env: process.env, homeDirectory: directory, platform: "linux" });
const resolve = async (): Promise<string> => "of no use";
const opened = await openTarget("vault", JSON.parse(target) as BackupTarget, {
  host,
  resolve,
  directory,
  scratchDirectory: directory,
});
await opened.write("notes/1/data", content());

async function* content(): AsyncIterable<Uint8Array> {
  for (let sent = 0; ; sent += 1) {
    yield Buffer.alloc(1024 * 1024, sent);
    if (sent === 8) process.stdout.write("begun\n");
    if (sent > 8) await new Promise((next) => setTimeout(next, 20));
  }
}
