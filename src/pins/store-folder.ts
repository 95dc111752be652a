import { join } from "node:path";
import type { Pin } from "../manifest/lock.ts";

/**
 * Where a pinned npm package is installed on this machine: one folder for each tree, shared by all homes. Which install scripts
 * were run is part of what it is.
 */
export function storeFolder(
  cacheDirectory: string,
  { tree, scripts = [] }: Pick<Extract<Pin, { type: "npm" }>, "tree" | "scripts">,
  installScripts: readonly string[],
): string {
  const run = scripts.filter((name) => installScripts.includes(name));
  const suffix = run.length === 0 ? "" : `+${run.join("+").replaceAll(/[^a-z0-9+._-]/gi, "_")}`;
  return join(cacheDirectory, "npm", `${tree}${suffix}`);
}
