import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../..");

export interface Document {
  /** Relative to the project, with forward slashes. */
  readonly file: string;
  readonly text: string;
}

/** Every document of the project that people read. */
export const documents: readonly Document[] = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name.replaceAll("\\", "/")}`)
    .sort(),
].map((file) => ({ file, text: readFileSync(join(ROOT, file), "utf8") }));

export function textOf(file: string): string {
  const found = documents.find((document) => document.file === file);
  if (found === undefined) throw new Error(`there is no document ${file}`);
  return found.text;
}

export interface Fence {
  readonly language: string;
  readonly line: number;
  readonly text: string;
}

/** The fenced blocks of a text, indentation taken away. */
export function fencesOf(text: string): readonly Fence[] {
  return [...text.matchAll(/^( *)```(\w*)\n([^]*?)^\1```$/gm)].map(
    ({ 1: indent = "", 2: language = "", 3: body = "", index }) => ({
      language,
      line: text.slice(0, index).split("\n").length,
      text: body.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
    }),
  );
}

/** The text without fenced blocks. */
export function proseOf(text: string): string {
  return text.replaceAll(/^( *)```(\w*)\n([^]*?)^\1```$/gm, "");
}

/** Ids that a heading can be linked by. (GitHub: lower case, punctuation gone, blanks to dashes) */
export function anchorsOf(text: string): readonly string[] {
  return [...proseOf(text).matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}
