import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { ReadFiles } from "../core/host.ts";
import type { Pin } from "../manifest/lock.ts";
import { makeDirectories, removeAll } from "../sources/scratch.ts";
import { installedBins } from "./npm-bins.ts";
import { CONTENTS, differences, readContents, type Contents, type Difference } from "./npm-contents.ts";
import { MARKER, printMarker, untouchedBin, type StoredBin } from "./npm-marker.ts";
import { digestOf, packageJsonOf } from "./npm-tree.ts";
import type { PinContext } from "./pin-context.ts";
import { runNpm, type NpmAnswer, type NpmFault } from "./run-npm.ts";
import { withPinScratch } from "./scratch.ts";
import { storeFolder } from "./store-folder.ts";
import { copyVendored, vendoredTrees } from "./vendored-npm.ts";

export type NpmPin = Extract<Pin, { type: "npm" }>;

export interface StoreContext extends Omit<PinContext, "minimumReleaseAgeMs"> {
  /** Packages whose install scripts may run. */
  readonly installScripts: readonly string[];
  /** Where `atk vendor` has put what npm needs; asked for only when something is to be installed. */
  readonly vendored?: () => Promise<string | undefined>;
}

/**
 * The program of a pinned package from this machine's store, installed first when it is not there: an `npm ci` of exactly the locked
 * tree. `treeText` is asked for only then. Several processes may do this at once.
 * @throws AtkError E_INTEGRITY when the tree, a package, or what is installed is not what was locked; E_SOURCE when it is not here
 *   and cannot be fetched.
 */
export async function openProgram(
  pin: NpmPin,
  treeText: () => Promise<string>,
  context: StoreContext,
): Promise<StoredBin> {
  const folder = storeFolder(context.cacheDirectory, pin, context.installScripts);
  const { files } = context.host;
  const known = await untouchedBin(folder, pin.bin, files);
  if (known !== undefined) return known;
  if ((await files.stat(join(folder, MARKER))) === undefined) await install(pin, folder, treeText, context);
  else await checkInstalled(pin, folder, context);
  const bin = await untouchedBin(folder, pin.bin, files);
  if (bin !== undefined) return bin;
  throw new AtkError("E_SOURCE", `${pin.package}@${pin.version} has no program ${pin.bin ?? "of its own"}`);
}

/** What in an installation is not as it was installed; undefined when it is not on this machine. Reads every file. */
export async function verifyProgram(pin: NpmPin, context: StoreContext): Promise<readonly Difference[] | undefined> {
  return verifyFolder(storeFolder(context.cacheDirectory, pin, context.installScripts), context.host.files);
}

/** The same for a folder of the store. */
export async function verifyFolder(folder: string, files: ReadFiles): Promise<readonly Difference[] | undefined> {
  const expected = await files.read(join(folder, CONTENTS));
  if (expected === undefined) return undefined;
  return differences(parseContents(expected), await readContents(folder, files));
}

/** Touched is not changed: a copied cache has other times. Then its files are read, and the new times are taken down. */
async function checkInstalled(pin: NpmPin, folder: string, context: StoreContext): Promise<void> {
  const found = await verifyProgram(pin, context);
  const first = found?.[0];
  if (found === undefined || first !== undefined) throw tampered(pin, folder, found ?? []);
  const { files } = context.host;
  const bins = await installedBins(folder, pin.package, pin.bin, files);
  const contents = await files.read(join(folder, CONTENTS));
  const paths = Object.keys(contents === undefined ? {} : parseContents(contents));
  const beside = join(folder, `${MARKER}.${process.pid}`);
  await files.create(beside, new TextEncoder().encode(printMarker(folder, paths, bins)), 0o600);
  await files.rename(beside, join(folder, MARKER));
}

function tampered({ package: name, version }: NpmPin, folder: string, found: readonly Difference[]): AtkError {
  const shown = found.slice(0, 5).map(({ path, is }) => `${path} (${is})`);
  const more = found.length > shown.length ? ` and ${found.length - shown.length} more` : "";
  const what = shown.length === 0 ? "its list of files is gone" : `${shown.join(", ")}${more}`;
  return new AtkError("E_INTEGRITY", `${name}@${version} in the store is not what was installed: ${what}`, {
    hint: `look at what was changed, then delete ${folder}: it is installed again as locked`,
  });
}

async function install(
  pin: NpmPin,
  folder: string,
  treeText: () => Promise<string>,
  context: StoreContext,
): Promise<void> {
  const { files } = context.host;
  const text = await treeText();
  if (digestOf(text) !== pin.tree)
    throw new AtkError("E_INTEGRITY", `the locked tree of ${pin.package}@${pin.version} is not the one in atk.lock`, {
      hint: "take atk.lock and atk.lock.d from one commit, or run: atk lock",
    });
  await withPinScratch(context, async (scratch) => {
    const whole = join(scratch, "whole");
    await files.makeDirectory(whole, 0o700);
    await files.create(join(whole, "package.json"), bytesOf(packageJsonOf(pin.package, pin.version)), 0o600);
    await files.create(join(whole, "package-lock.json"), bytesOf(text), 0o600);
    await runInstall(pin, whole, context);
    const contents = await readContents(whole, files);
    await files.create(join(whole, CONTENTS), bytesOf(JSON.stringify(contents)), 0o600);
    const bins = await installedBins(whole, pin.package, pin.bin, files);
    await files.create(join(whole, MARKER), bytesOf(printMarker(whole, Object.keys(contents), bins)), 0o600);
    await putInPlace(whole, folder, context);
  });
}

async function runInstall(pin: NpmPin, folder: string, context: StoreContext): Promise<void> {
  const words = ["ci", "--ignore-scripts", "--omit=dev"];
  const fromVendor = await installVendored(words, pin, folder, context);
  const installed = fromVendor ?? (await runNpm([...words, "--prefer-offline"], folder, context));
  if (!installed.ok) throw notInstalled(pin, installed.fault);
  const scripts = (pin.scripts ?? []).filter((name) => context.installScripts.includes(name));
  if (scripts.length === 0) return;
  const built = await runNpm(["rebuild", "--ignore-scripts=false", ...scripts], folder, context);
  if (!built.ok)
    throw new AtkError("E_COMMAND", `the install scripts of ${scripts.join(", ")} failed: ${built.fault.summary}`);
}

/** Undefined when it is not vendored, or not for this system: then it is fetched. */
async function installVendored(
  words: readonly string[],
  pin: NpmPin,
  folder: string,
  context: StoreContext,
): Promise<NpmAnswer | undefined> {
  const place = await context.vendored?.();
  const { files } = context.host;
  if (place === undefined || !(await vendoredTrees(place, files)).includes(pin.tree)) return undefined;
  const cache = `${folder}.cache`;
  await copyVendored(place, cache, files);
  const done = await runNpm([...words, `--cache=${cache}`], folder, { ...context, offline: true });
  return done.ok || context.offline === true || /integrity/i.test(done.fault.summary) ? done : undefined;
}

function notInstalled({ package: name, version }: NpmPin, { code, summary }: NpmFault): AtkError {
  if (code === "EINTEGRITY" || /integrity checksum failed/i.test(summary))
    return new AtkError("E_INTEGRITY", `${name}@${version}: a package is not what was locked: ${summary}`, {
      hint: "it was published again with other content, or the registry is not the one you locked from",
    });
  return new AtkError("E_SOURCE", `${name}@${version} could not be installed: ${summary}`, {
    hint: "it is on no machine but those that have started it; try again with the network",
  });
}

/** Whoever comes first wins: the folder is there whole, or not at all. */
async function putInPlace(whole: string, folder: string, { host, cacheDirectory }: StoreContext): Promise<void> {
  const { files } = host;
  await makeDirectories(files, join(cacheDirectory, "npm"));
  if ((await files.stat(join(folder, MARKER))) === undefined) await removeAll(folder, files);
  await files.rename(whole, folder).catch(async (error: unknown) => {
    if ((await files.stat(join(folder, MARKER))) === undefined) throw error;
  });
}

function parseContents(bytes: Uint8Array): Contents {
  return JSON.parse(new TextDecoder().decode(bytes)) as Contents;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
