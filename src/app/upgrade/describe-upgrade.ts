import type { LockedPlugin } from "../../manifest/lock.ts";
import type { Tree, TreeEntry } from "../../sources/tree.ts";
import type { Context } from "../context.ts";
import type { LoadedPlugin } from "../load-plugins.ts";
import { openPlugin } from "../plugin-source.ts";

/** What is different between two versions of a plugin, as data. */
export interface UpgradeView {
  readonly name: string;
  /** Versions, commits or digests, in short; absent where it was not locked. */
  readonly from?: string;
  readonly to: string;
  /** `old..new`, for `git log`; absent unless both are commits of one repository. */
  readonly commits?: string;
  readonly files: {
    readonly added: readonly string[];
    readonly changed: readonly string[];
    readonly removed: readonly string[];
  };
  /** false: the old content could not be had, so `files` says nothing. */
  readonly compared: boolean;
}

/** What an upgrade changes in the plugin's own content. Opens both trees; the old one comes from the cache as a rule. */
export async function describeUpgrade(
  before: LockedPlugin | undefined,
  plugin: Exclude<LoadedPlugin, { fault: unknown }>,
  context: Context,
): Promise<UpgradeView> {
  const { entry, locked } = plugin;
  const after = await plugin.open();
  const old = before === undefined ? undefined : await oldTree(plugin, before, context);
  const commits = before?.commit !== undefined && locked.commit !== undefined && before.commit !== locked.commit;
  return {
    name: entry.name,
    ...(before === undefined ? {} : { from: inShort(before) }),
    to: inShort(locked),
    ...(commits ? { commits: `${before?.commit?.slice(0, 12)}..${locked.commit?.slice(0, 12)}` } : {}),
    files: compare(old, after),
    compared: old !== undefined,
  };
}

async function oldTree(
  { entry }: Exclude<LoadedPlugin, { fault: unknown }>,
  before: LockedPlugin,
  context: Context,
): Promise<Tree | undefined> {
  const opening = { readOnly: true, offline: true };
  return openPlugin({ ...entry, source: before.source }, before, opening, context).catch(() => undefined);
}

function compare(old: Tree | undefined, now: Tree): UpgradeView["files"] {
  if (old === undefined) return { added: [], changed: [], removed: [] };
  const [before, after] = [byPath(old), byPath(now)];
  return {
    added: [...after.keys()].filter((path) => !before.has(path)).sort(),
    changed: [...after]
      .filter(([path, is]) => before.has(path) && before.get(path) !== is)
      .map(([path]) => path)
      .sort(),
    removed: [...before.keys()].filter((path) => !after.has(path)).sort(),
  };
}

function byPath({ entries }: Tree): ReadonlyMap<string, string> {
  return new Map(entries.map((entry) => [entry.path, contentOf(entry)]));
}

function contentOf(entry: TreeEntry): string {
  return entry.type === "link" ? `link ${entry.target}` : `${entry.executable ? "x" : "-"} ${entry.sha256}`;
}

/** The version, else the commit, else the digest. */
export function inShort({ version, commit, imageDigest, integrity }: LockedPlugin): string {
  return version ?? commit?.slice(0, 12) ?? imageDigest?.slice(0, 19) ?? integrity.slice(0, 19);
}
