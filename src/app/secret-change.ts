import type { JsonObject } from "../core/json.ts";
import { digestBytes } from "../host/digest.ts";
import type { FileChange } from "../host/file-change.ts";
import { prepare } from "../log/transaction.ts";
import type { ManifestConfig } from "../manifest/manifest.ts";
import { commitWritten, type Committed } from "./commit-written.ts";
import { ensureKey, lookAgain, type Context } from "./context.ts";
import { readInputs, type Inputs } from "./inputs.ts";
import { finishOpenWork, withHomeLock } from "./open-work.ts";
import { recordApplied } from "./record-applied.ts";
import { asJson, runEvent } from "./run-event.ts";
import { readStore, type StoreFile } from "./secret-file.ts";
import { rememberSettled } from "./settled.ts";
import { pruneRuns } from "./undo/prune-runs.ts";

export interface SecretEdit<T> {
  /** What the file shall hold. */
  readonly text: string;
  /** What the caller wants to know of it. Never a value. */
  readonly result: T;
}

export interface SecretsChanged<T> {
  readonly result: T;
  /** false: the file held that already, and nothing was written. */
  readonly changed: boolean;
  readonly committed?: Committed;
}

export type EditSecrets<T> = (store: StoreFile, inputs: Inputs) => Promise<SecretEdit<T>>;

const READABLE_BY_ALL = 0o644;

/**
 * One change of `secrets.yaml`: locked, as a transaction, committed with `message` as the manifest's config says.
 * `edit` sees the file as it is under the lock.
 * @throws AtkError E_MANIFEST, E_BUSY, E_STALE, and what `edit` throws: nothing is changed then.
 */
export async function changeSecrets<T>(
  message: string,
  edit: EditSecrets<T>,
  outer: Context,
): Promise<SecretsChanged<T>> {
  return withHomeLock(outer, message, async () => {
    await finishOpenWork(outer);
    const context = await ensureKey(lookAgain(outer));
    const inputs = await readInputs(context);
    const store = await readStore(context);
    const { text, result } = await edit(store, inputs);
    if (text === store.text) return { result, changed: false };
    const committed = await write({ message, store, text, config: inputs.manifest.config }, context);
    await rememberSettled(context);
    await pruneRuns(context);
    return { result, changed: true, ...(committed === undefined ? {} : { committed }) };
  });
}

interface Writing {
  readonly message: string;
  readonly store: StoreFile;
  readonly text: string;
  readonly config: ManifestConfig;
}

async function write({ message, store, text, config }: Writing, context: Context): Promise<Committed | undefined> {
  const { host, workspace } = context;
  const { path } = store;
  const event = runEvent({ label: message, tasks: [] }, context);
  const transaction = await prepare(
    {
      label: message,
      changes: [changeOf(store, text)],
      note: { message, config: { ...config } as JsonObject, paths: [path], event: asJson(event) },
      keep: { tasks: [], files: {}, texts: {}, selection: [] },
    },
    { files: host.files, directory: workspace.stateDirectory, now: () => host.now() },
  );
  await transaction.commit();
  const committed = await commitWritten(message, [path], config, context);
  const commit = committed === undefined ? {} : { commit: committed.commit };
  await recordApplied(
    { ...event, ...commit, ...(transaction.id === undefined ? {} : { tx: transaction.id }) },
    context,
  );
  await transaction.close();
  return committed;
}

/** The store's file with another text in it. */
export function changeOf({ path, bytes }: StoreFile, text: string): FileChange {
  return {
    type: "write",
    path,
    bytes: new TextEncoder().encode(text),
    mode: READABLE_BY_ALL,
    expected: bytes === undefined ? { state: "absent" } : { state: "file", digest: digestBytes(bytes) },
  };
}
