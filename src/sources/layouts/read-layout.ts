import { AtkError } from "../../core/errors.ts";
import { createTree, sha256Of } from "../create-tree.ts";
import type { Origin } from "../hostile.ts";
import { PLUGIN_FILES, within } from "../plugin-file.ts";
import type { MemoryEntry } from "../memory-tree.ts";
import type { Tree, TreeEntry } from "../tree.ts";
import { agentSkills } from "./agent-skills.ts";
import { claudePlugin, claudeFolder } from "./claude-plugin.ts";
import { parsePart } from "./json-file.ts";
import { oneLine, type Found, type Layout, type Reading } from "./layout.ts";
import { marketplace } from "./marketplace.ts";
import { bundle } from "./mcpb.ts";
import { serverJson } from "./server-json.ts";
import { pluginText } from "./plugin-text.ts";

/** Asked in this order: what says most about itself comes first. */
const LAYOUTS: readonly Layout[] = [claudePlugin, marketplace, bundle, serverJson, claudeFolder, agentSkills];

export interface ForeignTree extends Origin {
  /** The name of its folder, repository or package: for a layout that does not say its own. */
  readonly name?: string;
}

/**
 * A tree as a plugin: as it is where it has a plugin.yaml, else with one that is made from the layout that others gave it (Claude Code
 * plugin, bundle, Agent Skills). `remarks` say what the layout has and a plugin has not. The same tree gives the same bytes.
 * @throws AtkError E_PLUGIN_INVALID when no layout fits, or with file:line:column what is wrong in one; E_HOSTILE.
 */
export async function asPlugin(
  tree: Tree,
  what: ForeignTree,
): Promise<{ readonly tree: Tree; readonly remarks: readonly string[] }> {
  const paths = new Set(tree.entries.map((entry) => entry.path));
  if (PLUGIN_FILES.some((name) => paths.has(name))) return { tree, remarks: [] };
  const found = foundIn(tree, paths, what);
  for (const layout of LAYOUTS.filter((each) => each.fits(paths))) {
    const reading = await layout.read(found);
    if (reading === undefined) continue;
    return { tree: added(tree, layout, reading, what), remarks: reading.remarks.map((remark) => oneLine(remark)) };
  }
  throw found.fault("it is not a plugin: there is no plugin.yaml in it", {
    hint: "name the folder that holds plugin.yaml",
  });
}

function foundIn(tree: Tree, paths: ReadonlySet<string>, what: ForeignTree): Found {
  const place = (path: string): string => (what.directory === undefined ? path : `${what.directory}/${path}`);
  const fault: Found["fault"] = (message, { path, hint } = {}) => {
    const file = path === undefined ? what.directory : place(path);
    return new AtkError("E_PLUGIN_INVALID", `${what.what}: ${message}`, {
      at: file === undefined ? undefined : { file },
      hint,
    });
  };
  const text = async (path: string): Promise<string> => {
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(await tree.read(path));
    } catch (error) {
      if (error instanceof AtkError) throw error;
      throw fault(`${path} is not UTF-8 text`, { path });
    }
  };
  const json: Found["json"] = async (path) => parsePart(await text(path), place(path));
  return { paths, name: what.name ?? "plugin", text, json, fault };
}

function added(
  tree: Tree,
  layout: Layout,
  { plugin, files, remarks, folder = "", program }: Reading,
  what: Origin,
): Tree {
  const data = { schema_version: "2026-11-21", ...plugin, maturity: "community" };
  const text = pluginText(
    layout.what,
    data,
    remarks.map((remark) => oneLine(remark)),
  );
  const yaml = { type: "file", path: "plugin.yaml", executable: false, bytes: new TextEncoder().encode(text) } as const;
  const made = new Map<string, MemoryEntry>([...files, yaml].map((entry) => [entry.path, entry]));
  const kept = tree.entries.flatMap((entry) => {
    const path = within(folder, entry.path);
    return path === undefined || made.has(path)
      ? []
      : [path === program && entry.type === "file" ? { ...entry, path, executable: true } : { ...entry, path }];
  });
  const read = async (path: string): Promise<Uint8Array> => {
    const entry = made.get(path);
    return entry?.type === "file" ? entry.bytes : tree.read(folder === "" ? path : `${folder}/${path}`);
  };
  return createTree([...kept, ...[...made.values()].map(entryOf)], read, what);
}

function entryOf(entry: MemoryEntry): TreeEntry {
  if (entry.type === "link") return entry;
  const { type, path, executable, bytes } = entry;
  return { type, path, executable, sizeBytes: bytes.length, sha256: sha256Of(bytes) };
}
