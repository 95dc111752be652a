import { join } from "node:path";
import type { TreeEdit } from "../../git/git-merging.ts";
import { parseSecrets } from "../../secrets/parse-secrets.ts";
import { SECRETS_FILE } from "../../secrets/secrets-file.ts";
import type { Context } from "../context.ts";
import { encryptAnew } from "../merge/encrypt-anew.ts";
import type { HomeRepository } from "./home-repository.ts";

interface Uneven {
  readonly edits: ReadonlyMap<string, TreeEdit>;
  /** Secrets that are not encrypted for just the machines of the merged file. */
  readonly names: readonly string[];
  /** The commit of our side. */
  readonly ours: string;
}

/**
 * Two branches were merged of which one set a secret while the other changed the machines: those secrets are encrypted anew for just
 * the machines of the merged file. Only for machines that this home knew before: who can push can write a machine into the
 * file, and must not be given secrets by that.
 */
export async function evenSecrets(
  { edits, names, ours }: Uneven,
  repository: HomeRepository,
  context: Context,
): Promise<ReadonlyMap<string, TreeEdit>> {
  const path = `${repository.prefix}${SECRETS_FILE}`;
  const edit = edits.get(path);
  if (names.length === 0 || edit === undefined || !("text" in edit)) return edits;
  const file = join(context.workspace.directory, SECRETS_FILE);
  const strangers = await newMachines(edit.text, { path, file, ours }, repository);
  if (strangers.length > 0) return left(names, strangers, edits, context);
  const done = await encryptAnew(edit.text, names, file, context.host);
  if (done.left.length > 0) left(done.left, [], edits, context);
  return new Map([...edits, [path, { mode: edit.mode, text: done.text }]]);
}

interface Known {
  readonly path: string;
  readonly file: string;
  readonly ours: string;
}

async function newMachines(
  merged: string,
  { path, file, ours }: Known,
  { git }: HomeRepository,
): Promise<readonly string[]> {
  const before = (await git.entriesAt(ours)).get(path);
  const text = before === undefined ? undefined : await git.blobText(before.id);
  const known = new Set([...(await parseSecrets(text ?? "", file)).recipients.values()].map(({ key }) => key));
  const { recipients } = await parseSecrets(merged, file);
  return [...recipients].filter(([, { key }]) => !known.has(key)).map(([name]) => name);
}

function left(
  names: readonly string[],
  strangers: readonly string[],
  edits: ReadonlyMap<string, TreeEdit>,
  { tell }: Context,
): ReadonlyMap<string, TreeEdit> {
  const whom = strangers.length === 0 ? "" : ` (${strangers.join(", ")} came in with this sync)`;
  const message = `not encrypted for just the machines of ${SECRETS_FILE}${whom}: ${names.join(", ")}`;
  const hint = "atk secret recipients, then atk secret rotate NAME on a machine that has access";
  tell({ type: "warning", message, hint });
  return edits;
}
