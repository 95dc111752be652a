import { join } from "node:path";
import type { ReadHost } from "../../core/host.ts";
import { SETTINGS_FILES, settingsFolder } from "../settings.ts";
import { VERSION } from "../../version.generated.ts";

/** The user's settings as far as a start needs them, and the texts they were read from. */
export interface SettingsRecord {
  readonly version: string;
  readonly texts: readonly (string | null)[];
  readonly home?: string;
}

/** The texts of all settings files that could count; undefined: there is none. @throws AtkError E_FILE. */
export async function settingsTexts({ files, machine }: ReadHost): Promise<readonly (string | null)[] | undefined> {
  const folder = settingsFolder(machine);
  if ((await files.stat(folder)) === undefined) return undefined;
  const found = await Promise.all(SETTINGS_FILES.map((name) => files.read(join(folder, name))));
  const texts = found.map((bytes) => (bytes === undefined ? null : new TextDecoder().decode(bytes)));
  return texts.every((text) => text === null) ? undefined : texts;
}

/** Everything that tells which machine this is, as one text. @throws AtkError E_FILE. */
export async function machineText(host: ReadHost): Promise<string> {
  const { hostname, env } = host.machine;
  return JSON.stringify([hostname, env["ATK_MACHINE"] ?? null, (await settingsTexts(host)) ?? null]);
}

/** `home` of the settings; undefined when nothing is remembered of these texts. */
export function homeInRecord(
  text: string,
  texts: readonly (string | null)[],
): { readonly home: string | undefined } | undefined {
  const record = JSON.parse(text) as SettingsRecord;
  const isSame = record.version === VERSION && texts.every((each, index) => each === record.texts[index]);
  return isSame ? { home: record.home } : undefined;
}

export function printSettingsRecord(texts: readonly (string | null)[], home: string | undefined): string {
  const record: SettingsRecord = { version: VERSION, texts, ...(home === undefined ? {} : { home }) };
  return JSON.stringify(record);
}
