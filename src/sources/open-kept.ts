import { AtkError } from "../core/errors.ts";
import type { LockedPlugin } from "../manifest/lock.ts";
import type { SourceContext } from "./context.ts";
import { inspectStored, type Difference } from "./inspect-stored.ts";
import { isRemote } from "./offline.ts";
import { openStored, openStoredIn } from "./store.ts";
import { folderOf } from "./store-index.ts";
import type { Tree } from "./tree.ts";

/**
 * Content of a locked plugin that is on this machine: vendored beside the manifest, else in the cache. Every byte is checked.
 * Damaged content is never given out: what is vendored is refused, what is in the cache is fetched again where that may be done.
 * @throws AtkError E_INTEGRITY naming every file that is not what was locked.
 */
export async function openKept(name: string, locked: LockedPlugin, context: SourceContext): Promise<Tree | undefined> {
  const { host, cacheDirectory, vendorDirectory } = context;
  if (vendorDirectory !== undefined) {
    const vendored = await openStoredIn(vendorDirectory, locked.integrity, host.files);
    if (vendored !== undefined) return vendored;
    await refuseDamaged(name, locked.integrity, { root: vendorDirectory, hint: VENDOR_HINT }, context);
  }
  const stored = await openStored(locked.integrity, context);
  if (stored !== undefined) return stored;
  const mayFetch = context.offline !== true || !isRemote(locked.source);
  if (!mayFetch) await refuseDamaged(name, locked.integrity, { root: cacheDirectory, hint: CACHE_HINT }, context);
  return undefined;
}

const VENDOR_HINT = "take the folder as it was committed (git checkout), or write it anew: atk vendor";
const CACHE_HINT = "atk cache verify --fix, then atk apply without --offline";

interface Damage {
  readonly root: string;
  readonly hint: string;
}

async function refuseDamaged(
  name: string,
  integrity: string,
  { root, hint }: Damage,
  { host }: SourceContext,
): Promise<void> {
  const found = await inspectStored(integrity, root, host.files);
  if (found.state !== "damaged") return;
  const file = folderOf(integrity, root);
  throw new AtkError("E_INTEGRITY", `${name}: the content kept in ${file} is not what was locked`, {
    at: { file },
    hint,
    problems: found.differences.map((each) => ({ message: showDifference(each) })),
  });
}

/** One line for people. */
export function showDifference({ path, expected, found }: Difference): string {
  return `${JSON.stringify(path).slice(1, -1)}: expected ${expected}, found ${found}`;
}
