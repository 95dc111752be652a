import { basename } from "node:path";
import type { Context } from "../context.ts";
import type { Search } from "./find-servers.ts";
import type { LeftAlone } from "./left-alone.ts";

const MARK = /^\s*<!-- atk:(begin|end) .*-->\s*$/m;

/** Files and folders with instructions of the user's own. None of them can be taken over as it is; so that nobody wonders, they are named. */
export async function findInstructions(
  { clients }: Pick<Search, "clients">,
  context: Context,
): Promise<readonly LeftAlone[]> {
  const found = new Map<string, string[]>();
  for (const { client, instructionsPath: path } of clients) {
    if (path === undefined || !(await isOwn(path, context))) continue;
    found.set(path, [...(found.get(path) ?? []), client.id]);
  }
  return [...found].map(([file, agents]) => ({ noun: "instruction", name: basename(file), agents, file, ...WHY }));
}

const WHY = {
  reason: "it is yours, and atk would only add a section to it",
  next: "to share it with other agents, put it beside atk.yaml and list it under instructions:",
} as const;

/** Something stands there, and not only what atk has written. */
async function isOwn(path: string, { look }: Context): Promise<boolean> {
  const stat = await look.stat(path);
  if (stat?.type === "directory") return ((await look.files.list(path)) ?? []).some(({ name }) => name.endsWith(".md"));
  const text = stat === undefined ? undefined : await look.text(path).catch(() => undefined);
  return text !== undefined && text.split(MARK)[0]?.trim() !== "";
}
