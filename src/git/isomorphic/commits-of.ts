import { namedPath } from "../named-paths.ts";
import { orAbsent } from "./read.ts";
import type { Repository } from "./repository.ts";

/** See `Git.commitsOf`. */
export async function commitsOf(
  { git, at, directory }: Repository,
  { path, limit }: { readonly path: string; readonly limit: number },
): Promise<readonly string[]> {
  const filepath = namedPath(directory, path);
  // force: a commit that removed the file is one of its history, and no fault.
  const found = await orAbsent(async () => git.log({ ...at, ref: "HEAD", filepath, force: true, follow: false }));
  return (found ?? []).slice(0, limit).map(({ oid }) => oid);
}
