import { AtkError } from "../core/errors.ts";
import { isObject } from "../core/json.ts";
import type { SourceContext } from "./context.ts";
import { treeFromEntries } from "./memory-tree.ts";
import {
  checkPackageIntegrity,
  checkPackageSpec,
  downloadPackage,
  statedIntegrity,
  type Download,
} from "./npm-package.ts";
import { synthesisePlugin } from "./npm-plugin.ts";
import { readTarball, type Tarball } from "./npm-tarball.ts";
import { fitsLayout } from "./layouts/fits-layout.ts";
import { pluginRoot, within } from "./plugin-file.ts";
import type { SourceType } from "./resolve.ts";
import { withScratch } from "./scratch.ts";
import type { Tree } from "./tree.ts";

/** A published package: its own plugin where it brings one, else a plugin that starts it with npx at that exact version. */
export const npmSource: SourceType<"npm"> = {
  async resolve(_name, source, context) {
    const range = source.version ?? "latest";
    checkPackageSpec(source.package, range);
    const found = await load(source.package, range, context, statedIntegrity);
    const { version, integrity, tree } = found;
    return { locked: { source, version, packageIntegrity: integrity, integrity: tree.integrity }, tree };
  },

  async fetch(name, locked, source, context) {
    const { version, packageIntegrity } = locked;
    if (version === undefined || packageIntegrity === undefined) {
      throw new AtkError("E_LOCK", `${name}: the lock has no version and integrity for npm package ${source.package}`);
    }
    checkPackageSpec(source.package, version);
    return (await load(source.package, version, context, async () => packageIntegrity)).tree;
  },
};

/** Says what the downloaded package must be. */
type Expectation = (download: Download) => Promise<string>;

interface Loaded {
  readonly version: string;
  readonly integrity: string;
  readonly tree: Tree;
}

async function load(name: string, range: string, context: SourceContext, expectation: Expectation): Promise<Loaded> {
  if (context.offline === true) {
    throw new AtkError(
      "E_SOURCE",
      `npm package ${name}@${range} is not on this machine, and the network is not to be used`,
    );
  }
  return withScratch(context, async (scratch) => {
    const download = await downloadPackage(`${name}@${range}`, scratch, context);
    const what = `npm package ${name}@${download.version}`;
    if (download.name !== name)
      throw new AtkError("E_SOURCE", `asked for npm package ${name}, npm gave ${download.name}`);
    const expected = await expectation(download);
    checkPackageIntegrity(download.bytes, expected, what);
    return { version: download.version, integrity: expected, tree: await packageTree(download, what) };
  });
}

async function packageTree({ name, version, bytes }: Download, what: string): Promise<Tree> {
  const outline = await readTarball(bytes, { what, wants: (path) => OUTLINE.has(path) });
  const root = pluginRoot(outline.paths, "");
  if (root === undefined || (root === "" && !isPluginText(outline))) {
    const isForeign = root === undefined && !hasPrograms(outline) && fitsLayout(outline.paths);
    return isForeign ? foreign({ name, bytes, what }) : synthesised(outline, { name, version, what });
  }
  const { entries } = await readTarball(bytes, { what, wants: (path) => within(root, path) !== undefined });
  return treeFromEntries(
    entries.map((entry) => ({ ...entry, path: within(root, entry.path) ?? entry.path })),
    { what },
  );
}

/** A package that has a program is started by npx; one that has none may be a plugin in another layout. */
function hasPrograms(outline: Tarball): boolean {
  try {
    const data: unknown = JSON.parse(textOf("package.json", outline) ?? "{}");
    return isObject(data) && data["bin"] !== undefined;
  } catch {
    return false;
  }
}

async function foreign({ name, bytes, what }: { name: string; bytes: Uint8Array; what: string }): Promise<Tree> {
  const { asPlugin } = await import("./layouts/read-layout.ts");
  const { entries } = await readTarball(bytes, { what, wants: () => true });
  return (await asPlugin(treeFromEntries(entries, { what }), { what, name: name.replace(/^.*\//, "") })).tree;
}

const OUTLINE: ReadonlySet<string> = new Set(["package.json", "README.md", "plugin.yaml", "plugin.yml"]);

/** Other tools have a plugin.yaml too. */
function isPluginText(outline: Tarball): boolean {
  const text = textOf("plugin.yaml", outline) ?? textOf("plugin.yml", outline) ?? "";
  return /^schema_version:/m.test(text) && /^name:/m.test(text);
}

function synthesised(outline: Tarball, plugin: { name: string; version: string; what: string }): Tree {
  const text = synthesisePlugin({ ...plugin, packageJson: textOf("package.json", outline) ?? "" });
  const yaml = {
    type: "file",
    path: "plugin.yaml",
    executable: false,
    bytes: new TextEncoder().encode(text),
  } as const;
  const readme = outline.entries.filter((entry) => entry.type === "file" && entry.path === "README.md");
  return treeFromEntries([yaml, ...readme.map((entry) => ({ ...entry, executable: false }))], {
    what: plugin.what,
  });
}

function textOf(path: string, { entries }: Tarball): string | undefined {
  const entry = entries.find((each) => each.path === path);
  return entry?.type === "file" ? new TextDecoder().decode(entry.bytes) : undefined;
}
