import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import { SECRETS_FILE } from "../../secrets/secrets-file.ts";
import type { TreeEdit } from "../../git/git-merging.ts";
import type { Context } from "../context.ts";
import { ownMachine } from "../secret-file.ts";
import type { HomeRepository } from "./home-repository.ts";

/**
 * Two branches were merged of which one set a secret while the other changed the machines: those secrets are encrypted anew for just
 * the machines of the merged file. Only for machines that this home knew before: who can push can write a machine into the
 * file, and must not be given secrets by that.
 */
export async function evenSecrets(
  edits: ReadonlyMap<string, TreeEdit>,
  ours: string,
  repository: HomeRepository,
  context: Context,
): Promise<ReadonlyMap<string, TreeEdit>> {
  const path = `${repository.prefix}${SECRETS_FILE}`;
  const edit = edits.get(path);
  if (edit === undefined || !("text" in edit)) return edits;
  const { evenOut, unevenSecrets } = await import("../../secrets/reencrypt.ts");
  const { parseSecrets } = await import("../../secrets/parse-secrets.ts");
  const file = join(context.workspace.directory, SECRETS_FILE);
  const merged = await parseSecrets(edit.text, file);
  const uneven = unevenSecrets(merged);
  if (uneven.length === 0) return edits;
  const before = (await repository.git.entriesAt(ours)).get(path);
  const known = await parseSecrets(
    before === undefined ? "" : ((await repository.git.blobText(before.id)) ?? ""),
    file,
  );
  const keys = new Set([...known.recipients.values()].map(({ key }) => key));
  const strangers = [...merged.recipients].filter(([, { key }]) => !keys.has(key)).map(([name]) => name);
  const own = await ownMachine(context);
  if (own === undefined || strangers.length > 0) return left(uneven, strangers, edits, context);
  try {
    const { text } = await evenOut(edit.text, own.identity, file);
    return new Map([...edits, [path, { mode: edit.mode, text }]]);
  } catch (error) {
    if (error instanceof AtkError && error.code === "E_ENV") return left(uneven, strangers, edits, context);
    throw error;
  }
}

function left(
  uneven: readonly string[],
  strangers: readonly string[],
  edits: ReadonlyMap<string, TreeEdit>,
  { tell }: Context,
): ReadonlyMap<string, TreeEdit> {
  const whom = strangers.length === 0 ? "" : ` (${strangers.join(", ")} came in with this sync)`;
  const message = `not encrypted for just the machines of ${SECRETS_FILE}${whom}: ${uneven.join(", ")}`;
  tell({
    type: "warning",
    message,
    hint: "atk secret recipients, then atk secret rotate NAME on a machine that has access",
  });
  return edits;
}
