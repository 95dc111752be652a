import { withScratch } from "../sources/scratch.ts";
import type { PinContext } from "./pin-context.ts";

/** An empty folder below the cache, taken away afterwards: from there a folder can be renamed into the store. */
export async function withPinScratch<Result>(
  { host, cacheDirectory }: Pick<PinContext, "host" | "cacheDirectory">,
  use: (directory: string) => Promise<Result>,
): Promise<Result> {
  const nowhere = { manifestDirectory: "", registryDirectory: "" };
  return withScratch({ host, cacheDirectory, ...nowhere }, use);
}
