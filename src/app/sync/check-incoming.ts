import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { TreeEdit } from "../../git/git-merging.ts";
import type { Context } from "../context.ts";
import type { HomeRepository } from "./home-repository.ts";

/**
 * What would come in must be a manifest and a lock that this atk understands, or every next command here would fail.
 * @throws AtkError E_MANIFEST, E_LOCK, E_GIT naming where it comes from; nothing is changed
 */
export async function checkIncoming(
  edits: ReadonlyMap<string, TreeEdit>,
  from: string,
  { git, prefix }: HomeRepository,
  context: Context,
): Promise<void> {
  const textOf = async (name: string): Promise<string | undefined> => {
    const edit = edits.get(`${prefix}${name}`);
    return edit === undefined ? undefined : "text" in edit ? edit.text : git.blobText(edit.id);
  };
  if (edits.has(`${prefix}atk.yaml`)) await checkManifest(await textOf("atk.yaml"), from, context);
  const lock = await textOf("atk.lock");
  if (lock === undefined) return;
  const { parseLock } = await import("../../manifest/lock-file.ts");
  await said(from, async () => parseLock(lock, join(context.workspace.directory, "atk.lock")));
}

async function checkManifest(text: string | undefined, from: string, { workspace }: Context): Promise<void> {
  if (text === undefined)
    throw new AtkError("E_GIT", `cannot sync: ${from} has no atk.yaml; nothing was changed`, {
      hint: "check the address: atk git remote -v",
    });
  const { parseManifest } = await import("../../manifest/parse-manifest.ts");
  const { clientIds } = await import("../../clients/ids.ts");
  await said(from, async () => parseManifest(text, join(workspace.directory, "atk.yaml"), { clientIds }));
}

async function said(from: string, check: () => Promise<unknown>): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    const { code, message, at, problems, cause } = error;
    const hint = `mend it where it was made and push it, then atk sync; or here: atk git merge ${from}`;
    throw new AtkError(code, `with what ${from} has, ${message}; nothing was changed`, { at, problems, cause, hint });
  }
}
