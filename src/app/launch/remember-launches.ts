import { dirname, join } from "node:path";
import { hasKept } from "../../manifest/kept-value.ts";
import { makeDirectories, type Context } from "../context.ts";
import { valuesOf } from "../declared-server.ts";
import type { LoadedPlugin } from "../load-plugins.ts";
import { readSettings } from "../settings.ts";
import { guardOf } from "../tools/guard-of.ts";
import type { LoadedServers } from "../server-specs.ts";
import { printRecord, recordFile, settingsRecordFile, type Launchable } from "./launch-record.ts";
import { machineText, printSettingsRecord, settingsTexts } from "./settings-record.ts";

/**
 * Keeps what the next start of a server needs, so that it takes the short way (quick-spec.ts). Plugins are left out whose content
 * had to be opened: the next start opens and checks it again, as long as no change has been applied. Best effort.
 */
export async function rememberLaunches(loaded: LoadedServers, context: Context): Promise<void> {
  const { directory, cacheDirectory } = context.workspace;
  const { manifestText: manifest, lockText } = loaded.inputs;
  // The predecessor's manifest is another text than the file's.
  if (context.workspace.predecessor) return;
  const origin = { directory, manifest, lock: lockText ?? null, ...(await machineOf(loaded, context)) };
  const record = printRecord(origin, await launchables(loaded, context));
  await replace(recordFile(cacheDirectory, directory), record, context);
  await rememberSettings(context);
}

async function machineOf({ inputs }: LoadedServers, { host }: Context): Promise<{ readonly machine?: string }> {
  return inputs.written.machines.length === 0 ? {} : { machine: await machineText(host) };
}

async function launchables(loaded: LoadedServers, context: Context): Promise<ReadonlyMap<string, Launchable>> {
  const { inputs, plugins } = loaded;
  const place = { manifest: inputs.manifest, lock: inputs.lock, lockFile: context.workspace.lockFile };
  const byServer = new Map<string, Launchable | undefined>();
  const byOwner = new Map<string, Launchable | undefined>();
  const { pinnedStart } = await import("../pins/pinned-start-of.ts");
  const add = (owner: string, server: string, plain: Launchable | undefined): void => {
    const guard = guardOf({ owner, id: server }, place);
    const found = plain === undefined || guard === undefined ? plain : { ...plain, guard };
    const launchable = found === undefined ? undefined : pinnedStart(found, { owner, server }, loaded, context);
    if (!byServer.has(server)) byServer.set(server, launchable);
    if (!byOwner.has(owner)) byOwner.set(owner, launchable);
  };
  for (const plugin of plugins) {
    if ("fault" in plugin || !plugin.entry.enabled) continue;
    // The short way looks nothing up that is kept elsewhere, and gives no ports.
    const isPlain = !hasKept(plugin.entry.env) && !Object.values(plugin.entry.ports).includes("auto");
    const isKnown = isPlain && inputs.shortcuts.definitions[plugin.shortcut] !== undefined;
    const overrides = (await context.look.text(join(plugin.directory, "custom", "overrides.yaml"))) ?? null;
    for (const { id } of plugin.definition.plugin.servers)
      add(plugin.entry.name, id, isKnown ? launchable(plugin, overrides, id) : undefined);
  }
  for (const [id, declaration] of Object.entries(inputs.manifest.servers))
    if (declaration.enabled)
      add(id, id, hasKept(valuesOf(declaration)) ? undefined : { kind: "declared", id, declaration });
  // A server's own id comes before the name of a plugin.
  const all = [...new Map([...byOwner, ...byServer])];
  return new Map(all.filter((pair): pair is [string, Launchable] => pair[1] !== undefined));
}

function launchable(
  { entry: { name, env }, definition }: Exclude<LoadedPlugin, { fault: unknown }>,
  overrides: string | null,
  server: string,
): Launchable {
  const { envVars, servers } = definition.plugin;
  return { kind: "plugin", entry: { name, env }, plugin: { envVars, servers }, overrides, server };
}

/** Read again between two looks at the texts, so that both belong together. */
async function rememberSettings(context: Context): Promise<void> {
  const { host, workspace } = context;
  const before = await settingsTexts(host);
  if (before === undefined) return;
  const { home } = await readSettings(host);
  const after = await settingsTexts(host);
  if (JSON.stringify(before) !== JSON.stringify(after)) return;
  await replace(settingsRecordFile(workspace.cacheDirectory), printSettingsRecord(before, home), context);
}

async function replace(path: string, text: string, { host: { files } }: Context): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  const beside = `${path}.${process.pid}`;
  try {
    const there = await files.read(path);
    if (there !== undefined && Buffer.compare(there, bytes) === 0) return;
    await makeDirectories(files, dirname(path));
    await files.create(beside, bytes, 0o600);
    await files.rename(beside, path);
  } catch {
    await files.unlink(beside).catch(() => undefined);
  }
}
