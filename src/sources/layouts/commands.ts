import { posix } from "node:path";
import type { MemoryEntry } from "../memory-tree.ts";
import { listed, oneLine, slugOf, type Found } from "./layout.ts";
import { fileOf, frontValue, hasFront, withFront } from "./skills.ts";

export interface Commands {
  /** The skills that were made of them, by folder. */
  readonly folders: readonly string[];
  readonly files: readonly MemoryEntry[];
  readonly remarks: readonly string[];
}

/** A command: its file, and its name where the plugin gives it one. */
export interface Command {
  readonly path: string;
  readonly name: string;
}

/**
 * Claude Code has made commands and skills one thing, so each command becomes a skill of the same name, its front matter kept: Claude Code
 * understands all of it there, other agents read the instructions. (Claude Code docs, skills, read 2026-11)
 */
export async function readCommands(
  commands: readonly Command[],
  taken: ReadonlySet<string>,
  found: Found,
): Promise<Commands> {
  const names = new Set(taken);
  const files: MemoryEntry[] = [];
  const twice: string[] = [];
  const special = new Set<string>();
  for (const { path, name: written } of commands) {
    const name = slugOf(written);
    const folder = `skills/${name}`;
    if (name === "" || names.has(name) || found.paths.has(`${folder}/SKILL.md`)) {
      twice.push(path);
      continue;
    }
    names.add(name);
    const text = await found.text(path);
    for (const word of specialIn(text)) special.add(word);
    files.push(fileOf(`${folder}/SKILL.md`, asSkill(text, name)));
  }
  return {
    folders: files.map((file) => posix.dirname(file.path)),
    files,
    remarks: [
      ...(files.length === 0
        ? []
        : [
            `the commands ${listed(files.map((file) => `/${posix.basename(posix.dirname(file.path))}`))} reach agents as skills.`,
          ]),
      ...(special.size === 0
        ? []
        : [`${listed([...special].sort())} in commands: only Claude Code acts on that; other agents read it as text.`]),
      ...(twice.length === 0
        ? []
        : [`${listed(twice)} is left out: a skill or command of that name is there already.`]),
    ],
  };
}

function asSkill(text: string, name: string): string {
  if (hasFront(text, "description")) return withFront(text, { name });
  return withFront(text, { name, description: firstWords(text) ?? `The command ${name}` });
}

function firstWords(text: string): string | undefined {
  const lines = text.replace(/^\uFEFF?---\r?\n[\s\S]*?\r?\n---[ \t]*(\r?\n|$)/, "").split(/\r?\n/);
  const words = lines.map((line) => oneLine(line.replace(/^[#>*\s-]+/, ""), 200)).find((line) => line !== "");
  return words;
}

function specialIn(text: string): readonly string[] {
  return [
    ...(/\$ARGUMENTS|\$\{?[1-9]\b/.test(text) ? ["$ARGUMENTS"] : []),
    ...(/(^|\s)!`[^`]+`/.test(text) ? ["!`command`"] : []),
    ...(/\$\{CLAUDE_PLUGIN_ROOT\}/.test(text) ? ["${CLAUDE_PLUGIN_ROOT}"] : []),
    ...["allowed-tools", "model"].filter((key) => frontValue(text, key) !== undefined || hasFront(text, key)),
  ];
}

/** The .md files below a folder, each named by its way: `git/commit.md` is git-commit. */
export function commandsBelow(folder: string, paths: ReadonlySet<string>): readonly Command[] {
  const start = folder === "" ? "" : `${folder}/`;
  return [...paths].sort().flatMap((path) => {
    if (!path.startsWith(start) || !path.endsWith(".md") || posix.basename(path) === "README.md") return [];
    return [{ path, name: path.slice(start.length, -".md".length) }];
  });
}
