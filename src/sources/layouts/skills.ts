import { posix } from "node:path";
import type { MemoryEntry } from "../memory-tree.ts";
import { listed, oneLine, slugOf, type Found } from "./layout.ts";

/** Skills of a tree: their folders ("." is the top), repaired where an agent would refuse them. */
export interface Skills {
  readonly folders: readonly string[];
  /** By name; so that commands do not take one. */
  readonly names: ReadonlySet<string>;
  readonly files: readonly MemoryEntry[];
  readonly remarks: readonly string[];
}

const NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MAX_NAME = 64;

/** Reads each folder's SKILL.md; a name that no agent would take is replaced in the copy, and said. */
export async function readSkills(folders: readonly string[], found: Found): Promise<Skills> {
  const names = new Map<string, string>();
  const files: MemoryEntry[] = [];
  const renamed: string[] = [];
  const twice: string[] = [];
  for (const folder of [...new Set(folders)].sort()) {
    const path = folder === "." ? "SKILL.md" : `${folder}/SKILL.md`;
    const text = await found.text(path);
    const { name, isSound } = nameOf(text, folder, found);
    if (names.has(name)) {
      twice.push(folder);
      continue;
    }
    names.set(name, folder);
    if (isSound) continue;
    renamed.push(name);
    files.push(fileOf(path, withFront(text, { name })));
  }
  return {
    folders: [...names.values()],
    names: new Set(names.keys()),
    files,
    remarks: [
      ...(renamed.length === 0
        ? []
        : [`skills were renamed to ${listed(renamed)}: agents take only a-z, 0-9 and hyphens.`]),
      ...(twice.length === 0 ? [] : [`${listed(twice)} is left out: another skill has the same name.`]),
    ],
  };
}

function nameOf(text: string, folder: string, found: Found): { name: string; isSound: boolean } {
  const written = frontValue(text, "name");
  const own = folder === "." ? slugOf(found.name) : posix.basename(folder);
  if (written !== undefined && isName(written)) return { name: written, isSound: true };
  if (written === undefined && isName(own) && folder !== ".") return { name: own, isSound: true };
  const name = [slugOf(written ?? ""), slugOf(own)].find(isName);
  if (name !== undefined) return { name, isSound: false };
  const path = folder === "." ? "SKILL.md" : `${folder}/SKILL.md`;
  throw found.fault(`${path} has no name that can be written with a-z, 0-9 and hyphens`, {
    path,
    hint: "give it a `name:` in its front matter",
  });
}

const isName = (name: string) => NAME.test(name) && name.length <= MAX_NAME;

const FRONT = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)(?:^|\r?\n)---[ \t]*(?:\r?\n|$)/;

/** One plain value of the front matter, as definition.ts reads it. */
export function frontValue(text: string, key: string): string | undefined {
  const front = FRONT.exec(text)?.[1];
  const line = front === undefined ? undefined : new RegExp(`^${key}:[ \\t]*(.*?)[ \\t]*\\r?$`, "m").exec(front)?.[1];
  const plain = line?.replace(/^(["'])(.*)\1$/, "$2").trim();
  return plain === undefined || plain === "" || /^[|>]/.test(plain) ? undefined : plain;
}

/** Whether the front matter has the key, in whatever form. */
export function hasFront(text: string, key: string): boolean {
  return new RegExp(`^${key}:`, "m").test(FRONT.exec(text)?.[1] ?? "");
}

/** The text with these keys in its front matter; every other line keeps its bytes. */
export function withFront(text: string, values: Readonly<Record<string, string>>): string {
  const match = FRONT.exec(text);
  const front = (match?.[1] ?? "")
    .split(/\r?\n/)
    .filter((line) => line !== "" && !Object.keys(values).some((key) => line.startsWith(`${key}:`)));
  const lines = Object.entries(values).map(([key, value]) => `${key}: ${plainOrQuoted(value)}`);
  const body = match === null ? text.replace(/^\uFEFF/, "") : text.slice(match[0].length);
  return ["---", ...lines, ...front, "---", body].join("\n");
}

function plainOrQuoted(value: string): string {
  return NAME.test(value) && !/^\d+$/.test(value) ? value : JSON.stringify(oneLine(value, 1024));
}

export function fileOf(path: string, text: string): MemoryEntry {
  return { type: "file", path, executable: false, bytes: new TextEncoder().encode(text) };
}
