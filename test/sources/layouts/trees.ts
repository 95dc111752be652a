import { treeFromEntries } from "../../../src/sources/memory-tree.ts";
import type { Tree } from "../../../src/sources/tree.ts";
import { asPlugin } from "../../../src/sources/layouts/read-layout.ts";
import { parsePlugin } from "../../../src/manifest/parse-plugin.ts";
import type { Plugin } from "../../../src/manifest/plugin.ts";

/** Texts are files; anything else is written as JSON. */
export type Files = Readonly<Record<string, unknown>>;

export function treeOf(files: Files): Tree {
  const entries = Object.entries(files).map(([path, content]) => ({
    type: "file" as const,
    path,
    executable: false,
    bytes: new TextEncoder().encode(typeof content === "string" ? content : JSON.stringify(content, undefined, 2)),
  }));
  return treeFromEntries(entries, { what: "the test" });
}

export interface Read {
  readonly tree: Tree;
  readonly remarks: readonly string[];
  /** The plugin.yaml, parsed and checked as every other. */
  readonly plugin: Plugin;
  text(path: string): Promise<string>;
}

export async function read(files: Files, name = "tool"): Promise<Read> {
  const { tree, remarks } = await asPlugin(treeOf(files), { what: "the test", name });
  const text = async (path: string): Promise<string> => new TextDecoder().decode(await tree.read(path));
  const { plugin } = parsePlugin({
    id: name,
    text: await text("plugin.yaml"),
    file: "plugin.yaml",
    hasSkillMd: tree.entries.some((entry) => entry.path === "SKILL.md"),
  });
  return { tree, remarks, plugin, text };
}

export const skill = (name: string, body = "Do it.\n"): string =>
  `---\nname: ${name}\ndescription: How to ${name}\n---\n${body}`;
