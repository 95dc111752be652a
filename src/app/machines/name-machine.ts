import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { isObject } from "../../core/json.ts";
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
  const after = [...new Set([...tags, ...naming.tags])].filter((tag) => !naming.withoutTags.includes(tag));
  const wishes: readonly Wish[] = [
    ...(naming.name === undefined ? [] : [{ key: "machine", value: naming.name } as const]),
    ...(isDeepStrictEqual(tags, after) ? [] : [{ key: "tags", value: after } as const]),
  ];
  const edited = file.endsWith(".json") ? await editJson(text, wishes, file) : await editYaml(text, wishes, file);
  if (edited !== text) await replace(file, edited, host);
  return file;
}

interface Wish {
  readonly key: "machine" | "tags";
  readonly value: string | readonly string[];
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

async function editJson(text: string, wishes: readonly Wish[], file: string): Promise<string> {
  const { json } = await import("../../formats/json.ts");
  const edits = wishes.map(({ key, value }) => ({ op: "set", at: [key], value }) as const);
  return json.edit({ text, edits, made: {}, file }).text;
}

async function editYaml(text: string, wishes: readonly Wish[], file: string): Promise<string> {
  const [{ set }, { yaml }] = await Promise.all([import("../../formats/yaml-set.ts"), import("../../formats/yaml.ts")]);
  let edited = text;
  for (const { key, value } of wishes) {
    const data = yaml.parse(edited, file) ?? {};
    if (!isObject(data)) throw new AtkError("E_MANIFEST", `${file} is not a map of settings`, { at: { file } });
    const isFirst = Object.keys(data).length === 0;
    edited = isFirst
      ? `${edited}${edited === "" || edited.endsWith("\n") ? "" : "\n"}${key}: ${JSON.stringify(value)}\n`
      : set(edited, { path: [], key, before: data[key], after: value });
    const after = yaml.parse(edited, file);
    if (!isObject(after) || !isDeepStrictEqual(after, { ...data, [key]: value }))
      throw new AtkError("E_MANIFEST", `${file} cannot be edited safely in the way it is written`, {
        at: { file },
        hint: `write into it: ${key}: ${JSON.stringify(value)}`,
      });
  }
  return edited;
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
