import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { isObject, type Json } from "../../core/json.ts";
import type { DocumentEdit, DocumentFormat } from "../../formats/document.ts";
import { makeDirectories } from "../context.ts";
import { readSettings, SETTINGS_FILES, settingsFolder } from "../settings.ts";
import { isMachineName } from "./named-machine.ts";

export interface Naming {
  readonly name?: string;
  readonly tags: readonly string[];
  readonly withoutTags: readonly string[];
}

/**
 * Writes the name and tags of this machine into the user's own settings; comments and everything else there stay. Gives the file.
 * @throws AtkError E_NAME for a name no file can have, E_MANIFEST when the settings cannot be read
 */
export async function nameMachine(naming: Naming, host: Host): Promise<string> {
  refuseWrong(naming);
  const { tags } = await readSettings(host);
  const { file, text } = await fileOf(host);
  const format = await formatOf(file);
  const after = [...new Set([...tags, ...naming.tags])].filter((tag) => !naming.withoutTags.includes(tag));
  const edits: readonly DocumentEdit[] = [
    ...(naming.name === undefined ? [] : [{ op: "set", at: ["machine"], value: naming.name } as const]),
    ...(sameTexts(tags, after) ? [] : [{ op: "set", at: ["tags"], value: after } as const]),
  ];
  const edited = format.edit({ text, edits, made: {}, file }).text;
  if (!isObject(format.parse(edited, file) as Json | undefined))
    throw new AtkError("E_MANIFEST", `${file} is not a map of settings`, { at: { file } });
  if (edited !== text) await replace(file, edited, host);
  return file;
}

function refuseWrong({ name, tags }: Naming): void {
  if (name !== undefined && !isMachineName(name))
    throw new AtkError("E_NAME", `${JSON.stringify(name)} cannot be the name of a machine`, {
      hint: "letters, digits, '.', '_' and '-', at most 63",
    });
  const wrong = tags.find((tag) => !/^\S+$/.test(tag));
  if (wrong !== undefined)
    throw new AtkError("E_NAME", `${JSON.stringify(wrong)} cannot be a tag: a word without spaces is`);
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The file that counts, or the one that is made. */
async function fileOf({ files, machine }: Host): Promise<{ readonly file: string; readonly text: string }> {
  const folder = settingsFolder(machine);
  for (const name of SETTINGS_FILES) {
    const file = join(folder, name);
    const bytes = await files.read(file);
    // An empty file is passed over where settings are read, so it is here.
    if (bytes !== undefined && bytes.length > 0) return { file, text: new TextDecoder().decode(bytes) };
  }
  return { file: join(folder, SETTINGS_FILES[0] ?? "config.yaml"), text: "" };
}

async function formatOf(file: string): Promise<DocumentFormat> {
  if (file.endsWith(".json")) return (await import("../../formats/json.ts")).json;
  return (await import("../../formats/yaml.ts")).yaml;
}

/** A link to the file stays one: what it leads to is replaced. */
async function replace(file: string, text: string, { files }: Host): Promise<void> {
  const target = (await files.realPath(file)) ?? file;
  const mode = (await files.stat(target))?.mode ?? 0o644;
  const beside = `${target}.${process.pid}.new`;
  await makeDirectories(files, join(target, ".."));
  await files.create(beside, new TextEncoder().encode(text), mode);
  await files.rename(beside, target);
}
