import { dirname, join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { LockedPlugin } from "../../manifest/lock.ts";
import type { PluginEntry } from "../../manifest/manifest.ts";
import { inspectStored } from "../../sources/inspect-stored.ts";
import type { Tree } from "../../sources/tree.ts";
import { makeDirectories, type Context } from "../context.ts";
import { readInputs } from "../inputs.ts";
import { refuseMismatch } from "../load-plugins.ts";
import { openPlugin } from "../plugin-source.ts";
import { insideOf, MARKER, noteFile, STANDARD, vendorRoot } from "./vendor-folder.ts";
import { asFailure, checkPrograms, vendorPrograms } from "./vendor-programs.ts";
import { listVendored, makeVendorFolder, removeVendored, writeVendored } from "./vendored-files.ts";

export interface Vendored {
  readonly directory: string;
  readonly written: readonly string[];
  /** Plugins that were there already, whole. */
  readonly kept: readonly string[];
  /** Digests that no entry of the lock has any more. */
  readonly removed: readonly string[];
  /** How many servers' packages were written. */
  readonly programs: number;
  /** What could not be had; the others are written all the same. */
  readonly failed: readonly { readonly name: string; readonly error: AtkError }[];
}

interface Wanted {
  readonly name: string;
  readonly entry: PluginEntry;
  readonly locked: LockedPlugin;
}

/**
 * Writes the content of every locked plugin into a folder beside the manifest, from where `apply` takes it before anything else.
 * Local plugins are left out: they travel with the manifest already.
 * @throws AtkError E_LOCK when the lock does not match the manifest, E_DISAGREES when the folder is somebody else's.
 */
export async function vendor(named: string | undefined, context: Context): Promise<Vendored> {
  const wanted = await wantedPlugins(context);
  const { files } = context.host;
  const root = await chosenRoot(named, context);
  await makeVendorFolder(root, files);
  const states = await Promise.all(wanted.map(({ locked }) => inspectStored(locked.integrity, root, files)));
  const missing = wanted.filter((_each, index) => states[index]?.state !== "whole");
  for (const { locked } of missing) await removeVendored(locked.integrity, root, files);
  const opened = await context.steps(
    missing.map((each) => ({ title: `Fetch ${each.name}`, work: () => open(each, context) })),
  );
  const ended = await writeOpened(missing, opened, root, context);
  const removed = (await listVendored(root, files)).filter(
    (each) => !wanted.some(({ locked }) => locked.integrity === each),
  );
  for (const integrity of removed) await removeVendored(integrity, root, files);
  await noteFolder(root, context);
  const programs = await vendorPrograms(await readInputs(context), root, context).catch(asFailure);
  const failed = typeof programs === "number" ? [] : [{ name: "what servers run", error: programs }];
  return {
    directory: root,
    written: ended.written,
    failed: [...ended.failed, ...failed],
    programs: typeof programs === "number" ? programs : 0,
    kept: wanted.filter((each) => !missing.includes(each)).map(({ name }) => name),
    removed,
  };
}

export interface VendorCheck {
  readonly directory: string;
  /** What is missing, damaged or too much, a line each. */
  readonly problems: readonly string[];
}

/** Whether the vendored folder is what the lock needs, every byte. Writes nothing, uses no network. */
export async function checkVendored(context: Context): Promise<VendorCheck> {
  const wanted = await wantedPlugins(context);
  const { files } = context.host;
  const root = await vendorRoot(context);
  const directory = root ?? join(context.workspace.directory, STANDARD);
  if (root === undefined) return { directory, problems: wanted.map(({ name }) => `${name}: nothing is vendored`) };
  const problems: string[] = [];
  for (const { name, locked } of wanted) {
    const stored = await inspectStored(locked.integrity, root, files);
    if (stored.state === "absent") problems.push(`${name}: not vendored (${locked.integrity})`);
    if (stored.state !== "damaged") continue;
    for (const { path, expected, found } of stored.differences)
      problems.push(`${name}: ${path}: expected ${expected}, found ${found}`);
  }
  for (const integrity of await listVendored(root, files))
    if (!wanted.some(({ locked }) => locked.integrity === integrity))
      problems.push(`${integrity}: vendored, but not in the lock`);
  problems.push(...(await checkPrograms(await readInputs(context), root, context)));
  return { directory, problems };
}

async function wantedPlugins(context: Context): Promise<readonly Wanted[]> {
  const inputs = await readInputs(context);
  refuseMismatch(inputs, context);
  return inputs.manifest.plugins.flatMap((entry) => {
    const locked = inputs.lock.plugins[entry.name];
    return locked === undefined || locked.source.type === "local" ? [] : [{ name: entry.name, entry, locked }];
  });
}

async function chosenRoot(named: string | undefined, context: Context): Promise<string> {
  const { workspace, host } = context;
  const root =
    named === undefined
      ? ((await vendorRoot(context)) ?? join(workspace.directory, STANDARD))
      : join(workspace.directory, insideOf(workspace, named));
  const isOurs = (await host.files.stat(join(root, MARKER))) !== undefined;
  if (isOurs || ((await host.files.list(root)) ?? []).length === 0) return root;
  throw new AtkError("E_DISAGREES", `${root} is there already, and is not a folder that atk vendor has written`, {
    at: { file: root },
    hint: "atk vendor --dir vendor/atk",
  });
}

function open({ entry, locked }: Wanted, context: Context): Promise<Tree> {
  return openPlugin(entry, locked, { readOnly: false }, context);
}

async function writeOpened(
  wanted: readonly Wanted[],
  opened: readonly PromiseSettledResult<Tree>[],
  root: string,
  context: Context,
): Promise<Pick<Vendored, "written" | "failed">> {
  const written: string[] = [];
  const failed: { name: string; error: AtkError }[] = [];
  for (const [index, { name }] of wanted.entries()) {
    const end = opened[index];
    if (end?.status === "rejected") {
      if (!(end.reason instanceof AtkError)) throw end.reason;
      failed.push({ name, error: end.reason });
    } else if (end !== undefined) {
      await writeVendored(end.value, root, context.host.files);
      written.push(name);
    }
  }
  return { written, failed };
}

/** Only another name than the standard one has to be noted. */
async function noteFolder(root: string, { workspace, host }: Context): Promise<void> {
  const file = noteFile(workspace);
  const way = insideOf(workspace, root);
  const text = `${JSON.stringify({ directory: way })}\n`;
  const known = await host.files.read(file);
  if (known === undefined ? way === STANDARD : new TextDecoder().decode(known) === text) return;
  await makeDirectories(host.files, dirname(file));
  if (known !== undefined) await host.files.unlink(file);
  if (way !== STANDARD) await host.files.create(file, new TextEncoder().encode(text), 0o644);
}
