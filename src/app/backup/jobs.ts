import { AtkError } from "../../core/errors.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import { matches } from "../../manifest/match-when.ts";
import type { BackupEntry } from "../../manifest/upkeep.ts";
import type { Context } from "../context.ts";
import { isActive, isGood } from "../find-services.ts";
import { readInputs } from "../inputs.ts";
import { loadPlugins } from "../load-plugins.ts";
import type { GoodPlugin } from "../plugin-env.ts";

/** What is backed up under one name, and how. */
export interface Job {
  readonly entry: BackupEntry;
  /** The plugin of that name, where there is one that is enabled here. */
  readonly plugin?: GoodPlugin;
  /** Folder of the plugin of that name, whatever is wrong with it. */
  readonly directory?: string;
  /** Why it cannot be backed up now; the others go on. */
  readonly fault?: AtkError;
}

export interface JobChoice {
  readonly names: readonly string[];
  /** Every entry of `backups:` that is on here. */
  readonly all: boolean;
}

/** @throws AtkError E_USAGE for neither or both, and for a name that nothing is known of */
export async function findJobs({ names, all }: JobChoice, context: Context): Promise<readonly Job[]> {
  if (names.length > 0 === all)
    throw new AtkError("E_USAGE", all ? "--all and names exclude each other" : "name a backup, or say --all", {
      hint: "atk backup list (shows what there is)",
    });
  const inputs = await readInputs(context);
  const { manifest } = inputs;
  const loaded = await loadPlugins(inputs, { readOnly: true, offline: true }, context);
  const plugins = loaded.filter(({ entry }) => isActive(entry, context));
  const wanted = all
    ? manifest.backups.filter((entry) => isOn(entry, context)).map(({ name }) => name)
    : [...new Set(names)];
  return wanted.map((name) => {
    const found = plugins.find(({ entry }) => entry.name === name);
    const plugin = found !== undefined && isGood(found) ? found : undefined;
    const fault = found !== undefined && !isGood(found) ? found.fault : undefined;
    const entry = manifest.backups.find((each) => each.name === name) ?? ownEntry(name, plugin, manifest);
    return {
      entry,
      ...(plugin === undefined ? {} : { plugin }),
      ...(found === undefined ? {} : { directory: found.directory }),
      ...(fault === undefined || entry.data !== undefined ? {} : { fault }),
    };
  });
}

/** Meant for this machine. */
export function isOn({ enabled, when }: BackupEntry, { host, workspace }: Context): boolean {
  const { platform, arch, hostname } = host.machine;
  return enabled && (when === undefined || matches(when, { platform, arch, hostname, tags: workspace.settings.tags }));
}

/** A plugin that says what its data is needs no entry to be backed up by name. */
function ownEntry(name: string, plugin: GoodPlugin | undefined, manifest: Manifest): BackupEntry {
  if (plugin?.definition.plugin.data !== undefined || manifest.plugins.some((each) => each.name === name))
    return { name, exclude: [], to: ["local"], encrypt: false, beforeUpgrade: "risky", enabled: true };
  const known = manifest.backups.map((each) => each.name).join(", ") || "none";
  throw new AtkError("E_USAGE", `there is no backup ${JSON.stringify(name)}; in the manifest: ${known}`, {
    hint: `say it in the manifest: backups: { ${/^[\w-]+$/.test(name) ? name : "NAME"}: { data: ["~/..."] } }`,
  });
}
