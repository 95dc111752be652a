import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import { decodeSecrets } from "../secrets/parse-secrets.ts";
import { SECRETS_FILE } from "../secrets/secrets-file.ts";
import { commitWritten, type Committed } from "./commit-written.ts";
import { ensureKey, lookAgain, type Context } from "./context.ts";
import { readInputs } from "./inputs.ts";
import { finishOpenWork, withHomeLock } from "./open-work.ts";
import { rememberSettled } from "./settled.ts";

/** Gives the text as it shall be; `text` is "" where there is no file yet. */
export type EditSecrets<T> = (text: string, file: string) => Promise<{ readonly text: string } & T>;

export type SecretsChanged<T> = T & { readonly committed?: Committed };

/**
 * Edits the home's secrets.yaml: under the home's lock, in a transaction, and with a commit of just that.
 * @throws AtkError E_USAGE in a project, which has no store of its own; whatever the edit throws, and then nothing was changed
 */
export async function changeSecrets<T extends object>(
  message: string,
  edit: EditSecrets<T>,
  context: Context,
): Promise<SecretsChanged<T>> {
  const { workspace } = context;
  if (workspace.scope !== "user") throw new AtkError("E_USAGE", "secrets are kept in the home, not in a project");
  return withHomeLock(context, message, async () => {
    await finishOpenWork(context);
    const fresh = await ensureKey(lookAgain(context));
    const file = join(workspace.directory, SECRETS_FILE);
    const before = await fresh.look.bytes(file);
    const { text, ...result } = await edit(before === undefined ? "" : decodeSecrets(before, file), file);
    const committed = await write({ file, before, text, message }, fresh);
    await rememberSettled(fresh);
    return { ...(result as unknown as T), ...(committed === undefined ? {} : { committed }) };
  });
}

interface Writing {
  readonly file: string;
  readonly before: Uint8Array | undefined;
  readonly text: string;
  readonly message: string;
}

async function write({ file, before, text, message }: Writing, context: Context): Promise<Committed | undefined> {
  const bytes = new TextEncoder().encode(text);
  if (before !== undefined && Buffer.compare(before, bytes) === 0) return undefined;
  const [{ prepare }, { digestBytes }] = await Promise.all([
    import("../log/transaction.ts"),
    import("../host/digest.ts"),
  ]);
  const { host, workspace } = context;
  const { config } = (await readInputs(context)).manifest;
  const expected =
    before === undefined ? ({ state: "absent" } as const) : ({ state: "file", digest: digestBytes(before) } as const);
  const change = { type: "write", path: file, bytes, mode: 0o644, expected } as const;
  const note = { message, config: { ...config }, paths: [file] };
  const transaction = await prepare(
    { label: message, changes: [change], note },
    { files: host.files, directory: workspace.stateDirectory, now: () => host.now() },
  );
  await transaction.commit();
  const committed = await commitWritten(message, [file], config, context);
  await transaction.close();
  return committed;
}
