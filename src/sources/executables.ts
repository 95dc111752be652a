import type { Host } from "../core/host.ts";

/**
 * The files below a folder that git's index calls executable, relative to it: where the file system has no x bits, this is
 * where they are. Empty when the folder is in no repository.
 */
export async function executablesInGit(directory: string, { programs }: Host): Promise<ReadonlySet<string>> {
  const args = ["-c", "core.fsmonitor=false", "ls-files", "--stage", "-z"];
  const listed = await programs.run({
    command: "git",
    args,
    cwd: directory,
    env: { GIT_DIR: undefined, GIT_WORK_TREE: undefined },
  });
  if (listed.exitCode !== 0) return new Set();
  return parseStage(listed.stdout);
}

/** Records like `100755 <id> 0<TAB>path`. (git ls-files --stage -z) */
export function parseStage(output: string): ReadonlySet<string> {
  const records = output.split("\0").filter((record) => record.startsWith("100755 "));
  return new Set(records.map((record) => record.slice(record.indexOf("\t") + 1)));
}
