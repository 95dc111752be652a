import type { Context } from "../context.ts";
import { readSmall, writeSmall } from "./small-file.ts";

const RECORDS_FILE = "records.json";

/** What this machine remembers of the backups of one name; the targets themselves are asked for nothing. */
export interface NameRecord {
  /** The newest that was made here. */
  readonly last?: { readonly id: string; readonly at: string; readonly targets: readonly string[] };
  /** When the newest attempt failed, wholly or on a target. */
  readonly failed?: { readonly at: string; readonly message: string };
  /** The newest that a drill has restored and compared. */
  readonly proven?: { readonly id: string; readonly at: string; readonly target: string };
}

export type Records = Readonly<Record<string, NameRecord>>;

export async function readRecords(context: Context): Promise<Records> {
  return (await readSmall<Records>(RECORDS_FILE, context)) ?? {};
}

/** What is undefined is taken out. Called with the backup lock. */
export async function remember(
  name: string,
  change: { readonly [K in keyof NameRecord]?: NameRecord[K] | undefined },
  context: Context,
): Promise<void> {
  const records = await readRecords(context);
  await writeSmall(RECORDS_FILE, { ...records, [name]: { ...records[name], ...change } }, context);
}
