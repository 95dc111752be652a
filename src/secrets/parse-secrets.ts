import { AtkError } from "../core/errors.ts";
import { BOM } from "../formats/text.ts";
import {
  CIPHERTEXT_PATTERN,
  DAY_PATTERN,
  KEY_PATTERN,
  type MachineKey,
  type Section,
  twins,
  type SecretsFile,
} from "./secrets-file.ts";
import { simpleLines, type EntryLine } from "./simple-lines.ts";

/**
 * What a `secrets.yaml` says; a blank text says nothing. Loads a YAML library only for a text that atk would have written otherwise.
 * @throws AtkError E_MANIFEST with all problems (file:line:column): merge conflict, broken YAML, a key twice, unknown sections, bad
 * names, values that are not encrypted. No message quotes a value.
 */
export async function parseSecrets(text: string, file: string): Promise<SecretsFile> {
  const simple = parseSimple(text.startsWith(BOM) ? text.slice(BOM.length) : text);
  if (simple !== undefined) return simple;
  const { parseYamlSecrets } = await import("./parse-yaml.ts");
  return parseYamlSecrets(text, file);
}

/** Undefined where the slow reader has to look: at another form, or for the problem. */
export function parseSimple(body: string): SecretsFile | undefined {
  const lines = simpleLines(body);
  if (lines === undefined) return undefined;
  const entries = lines.filter((line) => line.kind === "entry");
  const sound = entries.every(isSound);
  const file = {
    recipients: machines(entries, "recipients"),
    requests: machines(entries, "requests"),
    secrets: texts(entries, "secrets"),
    rotate: texts(entries, "rotate"),
  };
  return sound && twins(file.recipients).length === 0 ? file : undefined;
}

function isSound({ section, written }: EntryLine): boolean {
  if (section === "secrets") return CIPHERTEXT_PATTERN.test(written) && written.length % 4 === 0;
  if (section === "rotate") return true;
  const { key, since } = machine(written);
  return KEY_PATTERN.test(key) && (since === undefined || DAY_PATTERN.test(since));
}

function machines(entries: readonly EntryLine[], section: Section): ReadonlyMap<string, MachineKey> {
  return new Map(of(entries, section).map(({ name, written }) => [name, machine(written)]));
}

function texts(entries: readonly EntryLine[], section: Section): ReadonlyMap<string, string> {
  return new Map(of(entries, section).map(({ name, written }) => [name, written]));
}

const of = (entries: readonly EntryLine[], section: Section) => entries.filter((entry) => entry.section === section);

function machine(written: string): MachineKey {
  const key = /age1[0-9a-z]+/.exec(written)?.[0] ?? "";
  const since = /since: (\S+)/.exec(written)?.[1];
  return { key, ...(since === undefined ? {} : { since }) };
}

/** The text of the file's bytes. @throws AtkError E_MANIFEST when they are not UTF-8. */
export function decodeSecrets(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new AtkError("E_MANIFEST", `cannot read ${file}: it is not UTF-8 text`, {
      at: { file },
      hint: `take ${file} from the last good commit: git checkout -- ${file}`,
    });
  }
}
