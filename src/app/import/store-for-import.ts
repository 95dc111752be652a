import type { FileChange } from "../../host/file-change.ts";
import { setValue } from "../../secrets/set-value.ts";
import type { Context } from "../context.ts";
import { changeOf } from "../secret-change.ts";
import { nameOfKey, ownMachine, readStore } from "../secret-file.ts";
import { withFirstMachine } from "../secret-set.ts";
import { secretsOf } from "../secrets.ts";
import type { LeftAlone } from "./left-alone.ts";
import type { NamedValues } from "./take-secrets.ts";

export interface ImportStore {
  readonly known: NamedValues;
  /** Why no secret can be taken over here. */
  readonly closed?: Pick<LeftAlone, "reason" | "next">;
}

/** What the home's store has, and whether this machine can put something into it and read it again. Reads only. */
export async function storeForImport(isWanted: boolean, context: Context): Promise<ImportStore> {
  const { store } = await secretsOf(context);
  const known: NamedValues = new Map();
  for (const name of await store.names()) known.set(name, await store.get(name).catch(() => undefined));
  if (context.workspace.scope === "project") return { known, closed: SHARED };
  if (!isWanted) return { known, closed: NOT_WANTED };
  return (await canRead(context)) ? { known } : { known, closed: LOCKED_OUT };
}

const SHARED = {
  reason: "a secret stands in it in clear, and a project's files are shared",
  next: "atk secret set NAME, take the entry out of the file, and declare it with { secret: NAME } in its place",
};

const NOT_WANTED = {
  reason: "a secret stands in it in clear (--no-secrets)",
  next: "atk import without --no-secrets puts the secret, encrypted, into the home's store",
};

const LOCKED_OUT = {
  reason: "a secret stands in it in clear, and this machine cannot open the home's store yet",
  next: "atk secret request, then atk secret approve on a machine that can",
};

async function canRead(context: Context): Promise<boolean> {
  const { secrets } = await readStore(context);
  if (secrets.recipients.size === 0) return true;
  return nameOfKey(secrets.recipients, (await ownMachine(context))?.key) !== undefined;
}

/** The store with these values in it, encrypted; the first use makes this machine's identity. */
export async function storeChange(
  values: ReadonlyMap<string, string>,
  context: Context,
): Promise<readonly FileChange[]> {
  const before = await readStore(context);
  const missing = [...values].filter(([name]) => !before.secrets.secrets.has(name));
  if (missing.length === 0) return [];
  const begun = await withFirstMachine(before, context);
  let { text } = begun;
  for (const [name, value] of missing) text = (await setValue(text, { name, value }, before.path)).text;
  return [changeOf(before, text)];
}
