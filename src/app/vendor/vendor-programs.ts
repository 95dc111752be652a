import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import { damagedContent, VENDORED_NPM, vendoredTrees, vendorTrees } from "../../pins/vendored-npm.ts";
import type { Context } from "../context.ts";
import type { Inputs } from "../inputs.ts";
import { npmPins, readTree } from "../pins/tree-files.ts";

/** What pinned servers run, vendored beside the plugins. Gives how many trees were written; a fault is the caller's to tell. */
export async function vendorPrograms({ lock }: Inputs, root: string, context: Context): Promise<number> {
  const { host, workspace, offline } = context;
  const pins = eachTreeOnce(npmPins(lock));
  const planted = await Promise.all(pins.map(async (pin) => ({ pin, treeText: await readTree(pin, context) })));
  const from = {
    host,
    cacheDirectory: workspace.cacheDirectory,
    minimumReleaseAgeMs: 0,
    ...(offline ? { offline } : {}),
  };
  const title = "Fetch what servers run";
  const written = await context.step(title, () => vendorTrees(planted, root, from));
  return written ? pins.length : 0;
}

/** What of it is missing, damaged or too much, a line each. */
export async function checkPrograms({ lock }: Inputs, root: string, { host }: Context): Promise<readonly string[]> {
  const place = join(root, VENDORED_NPM);
  const trees = await vendoredTrees(place, host.files);
  const pins = eachTreeOnce(npmPins(lock));
  const needed = new Set(pins.map(({ tree }) => tree));
  return [
    ...pins
      .filter(({ tree }) => !trees.includes(tree))
      .map(({ package: name, version }) => `${name}@${version}: what it needs is not vendored`),
    ...trees.filter((tree) => !needed.has(tree)).map((tree) => `${tree}: vendored, but not in the lock`),
    ...(await damagedContent(place, host.files)).map((path) => `npm: ${path}: not the content that its name says`),
  ];
}

/** Servers of one package at one version have one tree. */
function eachTreeOnce(pins: ReturnType<typeof npmPins>): ReturnType<typeof npmPins> {
  return [...new Map(pins.map((pin) => [pin.tree, pin])).values()];
}

export function asFailure(error: unknown): AtkError {
  if (error instanceof AtkError) return error;
  throw error;
}
