import { basename, dirname, join, posix } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Plugin } from "../manifest/plugin.ts";
import type { Tree } from "../sources/tree.ts";
import { treeFromTree } from "./sub-tree.ts";

/** A plugin as far as it matters for wiring: its description, skills and instructions, read once for each content. */
export interface Definition {
  readonly plugin: Plugin;
  readonly skills: readonly SkillOfPlugin[];
  readonly instructions: readonly { readonly name: string; readonly path: string; readonly text: string }[];
  readonly warnings: readonly string[];
}

export interface SkillOfPlugin {
  readonly name: string;
  readonly path: string;
  /** false: its folder holds more than the skill, so clients get a copy. */
  readonly linkable: boolean;
  /** Of the skill alone. */
  readonly integrity: string;
}

export interface DefinitionRequest {
  readonly id: string;
  readonly tree: Tree;
  /** Where the tree is or will be, for error places. */
  readonly directory: string;
  /** Where its files are edited, when that is another folder; for error places. */
  readonly editedIn?: string;
  readonly overrides: string | undefined;
}

/** @throws AtkError E_PLUGIN_INVALID naming file, place and field. */
export async function readDefinition({ id, tree, overrides, ...places }: DefinitionRequest): Promise<Definition> {
  const { parsePlugin } = await import("../manifest/parse-plugin.ts");
  const { remarksIn } = await import("../manifest/plugin-remarks.ts");
  const directory = places.editedIn ?? places.directory;
  const paths = new Set(tree.entries.map((entry) => entry.path));
  const name = paths.has("plugin.yaml") ? "plugin.yaml" : "plugin.yml";
  if (!paths.has(name)) {
    throw new AtkError("E_PLUGIN_INVALID", `${id}: there is no plugin.yaml in ${directory}`, {
      at: { file: directory },
    });
  }
  const text = await readText(tree, name, directory);
  const { plugin, warnings } = parsePlugin({
    id,
    text,
    file: join(directory, name),
    ...(overrides === undefined
      ? {}
      : { overrides: { text: overrides, file: join(places.directory, "custom", "overrides.yaml") } }),
    hasSkillMd: paths.has("SKILL.md"),
  });
  return {
    plugin,
    skills: await Promise.all(plugin.skills.map((path) => readSkill(path, { id, tree, directory }))),
    instructions: await Promise.all(plugin.instructions.map((path) => readInstruction(path, { id, tree, directory }))),
    warnings: [...remarksIn(text), ...warnings],
  };
}

interface Place {
  readonly id: string;
  readonly tree: Tree;
  readonly directory: string;
}

async function readSkill(path: string, { id, tree, directory }: Place): Promise<Definition["skills"][number]> {
  const folder = posix.normalize(path).replace(/\/$/, "");
  const file = folder === "." ? "SKILL.md" : `${folder}/SKILL.md`;
  const text = await readText(tree, file, directory);
  const name = skillName(text) ?? (folder === "." ? id : basename(folder));
  checkSkillName(name, join(directory, file));
  return { name, path: folder, linkable: folder !== ".", integrity: treeFromTree(tree, folder).integrity };
}

async function readInstruction(
  path: string,
  { id, tree, directory }: Place,
): Promise<Definition["instructions"][number]> {
  const file = posix.normalize(path);
  const text = await readText(tree, file, directory);
  return { name: `${id}-${instructionName(file)}`, path: file, text };
}

/** The `name` in the front matter of a SKILL.md; undefined when there is none. (Agent Skills specification) */
export function skillName(text: string): string | undefined {
  const front = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1];
  const found = front === undefined ? undefined : /^name:\s*["']?([^"'\r\n]+?)["']?\s*$/m.exec(front)?.[1];
  return found?.trim();
}

/** @throws AtkError E_NAME when the name could not be a folder name in every client. */
export function checkSkillName(name: string, file: string): void {
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && name.length <= 64) return;
  throw new AtkError(
    "E_NAME",
    `${file}: the skill's name ${JSON.stringify(name)} is not a-z, 0-9 and single hyphens, at most 64 characters`,
    {
      at: { file },
    },
  );
}

/** File name as an id: lower case, hyphens. */
export function instructionName(file: string): string {
  const stem = basename(file).replace(/\.[^.]+$/, "");
  const clean = stem
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return clean === ""
    ? basename(dirname(file))
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-") || "instructions"
    : clean;
}

async function readText(tree: Tree, path: string, directory: string): Promise<string> {
  const entry = tree.entries.find((each) => each.path === path);
  if (entry === undefined) {
    throw new AtkError("E_PLUGIN_INVALID", `${join(directory, path)} is named by the plugin but is not there`, {
      at: { file: join(directory, path) },
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await tree.read(path));
  } catch (cause) {
    if (cause instanceof AtkError) throw cause;
    throw new AtkError("E_PLUGIN_INVALID", `${join(directory, path)} is not UTF-8 text`, {
      at: { file: join(directory, path) },
      cause,
    });
  }
}
