import type { GitConfig } from "../config.ts";
import { records, type RunGit } from "./run-git.ts";

/** The settings whose full name matches a pattern (POSIX extended). */
export async function readConfig(git: RunGit, pattern: string): Promise<GitConfig> {
  const { stdout } = await git({
    task: "read git's settings",
    args: ["config", "--null", "--get-regexp", pattern],
    answers: [0, 1],
  });
  const config = new Map<string, string[]>();
  for (const record of records(stdout)) {
    const end = record.indexOf("\n");
    // A key without "=" means true and has no value part. (git-config(1))
    const [name, value] = end < 0 ? [record, "true"] : [record.slice(0, end), record.slice(end + 1)];
    config.set(name, [...(config.get(name) ?? []), value]);
  }
  return config;
}
