import { basename } from "node:path";
import type { Repository } from "./repository.ts";

/**
 * Whether .gitignore leaves an untracked file out. isomorphic-git asks about parent folders without their slash, so
 * `!plugins/x/custom/` would not bring the folder back as git has it: exceptions are handed to it without the slash.
 */
export async function isIgnored({ git, at }: Repository, path: string): Promise<boolean> {
  const { promises } = at.fs;
  const readFile = async (file: string, options?: unknown): Promise<unknown> => {
    const content: unknown = await promises.readFile(file, options);
    return basename(file) === ".gitignore" && typeof content === "string" ? withoutSlashes(content) : content;
  };
  return git.isIgnored({ ...at, fs: { promises: { ...promises, readFile } }, filepath: path });
}

function withoutSlashes(text: string): string {
  return text.replace(/^(![^\r\n]*?)\/(?=\r?$)/gm, "$1");
}
