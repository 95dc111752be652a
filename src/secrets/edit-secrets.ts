import { AtkError } from "../core/errors.ts";
import { equal, type Json } from "../core/json.ts";
import type { DocumentEdit } from "../formats/document.ts";
import { BOM } from "../formats/text.ts";
import { putLine, takeLine } from "./edit-lines.ts";
import { checkName } from "./names.ts";
import { parseSimple } from "./parse-secrets.ts";
import { CIPHERTEXT_PATTERN, KEY_PATTERN, type MachineKey, type Section } from "./secrets-file.ts";

const FIRST_LINES =
  "# atk secrets: values are encrypted with age for the machines below; names are not\n" +
  "# one by hand: sed -n 's/^  NAME: //p' secrets.yaml | base64 -d | age -d -i ~/.config/atk/identity.txt\n";

/** The text of a new file: nothing but the comment at its top. */
export const EMPTY_SECRETS = FIRST_LINES;

/**
 * Each of these gives the text of a `secrets.yaml` with one edit made; everything else keeps its bytes (comments, order, line endings,
 * byte order mark). New names come in the order of the alphabet, one on a line. The text must be one that `parseSecrets` accepts.
 * Setting what is there and removing what is not there change nothing; a section goes with its last name, so setting and removing
 * gives the same bytes back (but for a section that stood there empty).
 * @throws AtkError E_NAME for a bad name; E_MANIFEST where the edit cannot be made safely (anchors).
 */
export async function setSecret(text: string, name: string, ciphertext: string, file: string): Promise<string> {
  checkName(name, "secret");
  if (!CIPHERTEXT_PATTERN.test(ciphertext)) throw new TypeError(`the value of ${name} is not encrypted`);
  return put(text, { section: "secrets", name, written: ciphertext, value: ciphertext }, file);
}

/** See `setSecret`. Its line under `rotate` goes with it. */
export async function removeSecret(text: string, name: string, file: string): Promise<string> {
  return take(await take(text, "secrets", name, file), "rotate", name, file);
}

/** See `setSecret`. */
export async function setRecipient(text: string, name: string, machine: MachineKey, file: string): Promise<string> {
  return put(text, machineEntry("recipients", name, machine), file);
}

/** See `setSecret`. Only the line: nothing is encrypted anew. */
export async function dropRecipient(text: string, name: string, file: string): Promise<string> {
  return take(text, "recipients", name, file);
}

/** See `setSecret`. */
export async function setRequest(text: string, name: string, machine: MachineKey, file: string): Promise<string> {
  return put(text, machineEntry("requests", name, machine), file);
}

/** See `setSecret`. */
export async function dropRequest(text: string, name: string, file: string): Promise<string> {
  return take(text, "requests", name, file);
}

/** See `setSecret`. The reason is one line of words. */
export async function setRotate(text: string, name: string, reason: string, file: string): Promise<string> {
  checkName(name, "secret");
  return put(text, { section: "rotate", name, written: reason, value: reason }, file);
}

/** See `setSecret`. */
export async function dropRotate(text: string, name: string, file: string): Promise<string> {
  return take(text, "rotate", name, file);
}

interface Entry {
  readonly section: Section;
  readonly name: string;
  /** As atk writes it. */
  readonly written: string;
  readonly value: Json;
}

function machineEntry(section: Section, name: string, { key, since }: MachineKey): Entry {
  checkName(name, "machine");
  if (!KEY_PATTERN.test(key)) {
    throw new AtkError("E_NAME", `the key of ${name} is not the public key of an age identity (age1...)`, {
      hint: "age-keygen -y ~/.config/atk/identity.txt",
    });
  }
  if (since === undefined) return { section, name, written: key, value: key };
  return { section, name, written: `{ key: ${key}, since: ${since} }`, value: { key, since } };
}

async function put(text: string, entry: Entry, file: string): Promise<string> {
  const { section, name, written, value } = entry;
  const mark = text.startsWith(BOM) ? BOM : "";
  const edited = putLine(text.slice(mark.length), { section, name, written });
  const found = edited === undefined ? undefined : parseSimple(edited)?.[section].get(name);
  if (edited !== undefined && found !== undefined && equal(found as Json, value)) return mark + edited;
  return editYaml(text, { op: "set", at: [section, name], value }, file);
}

async function take(text: string, section: Section, name: string, file: string): Promise<string> {
  const mark = text.startsWith(BOM) ? BOM : "";
  const edited = takeLine(text.slice(mark.length), section, name);
  return edited === undefined ? editYaml(text, { op: "delete", at: [section, name] }, file) : mark + edited;
}

/** A text that a person wrote in another way: the editor for any YAML. */
async function editYaml(text: string, edit: DocumentEdit, file: string): Promise<string> {
  const { yaml } = await import("../formats/yaml.ts");
  try {
    return yaml.edit({ text, edits: [edit], made: {}, file }).text;
  } catch (cause) {
    if (!(cause instanceof AtkError)) throw cause;
    throw new AtkError("E_MANIFEST", cause.message, { at: cause.at, hint: cause.hint });
  }
}
