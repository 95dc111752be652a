import { equal, isObject, type Json, type JsonObject } from "../../core/json.ts";
import { isClearSecret, secretsInWords } from "../import/secret-words.ts";

/** An entry that is not exported, or of which something was put under a name. */
export interface ExportNote {
  readonly section: string;
  readonly entry: string;
  readonly note: string;
  readonly isLeftOut: boolean;
}

export type Portable =
  | { readonly entry: Json; readonly names: readonly string[] }
  /** Why it cannot be shared. */
  | { readonly reason: string };

const MAPS = ["env", "headers"] as const;

/** A server or plugin as somebody else may see it: secrets by name, no place of this machine. */
export function portableEntry(entry: Json, owner: string, isHere: (text: string) => boolean): Portable {
  if (!isObject(entry)) return { entry, names: [] };
  if (isLocal(entry["source"])) return { reason: "its source is a folder on the machine it was exported on" };
  const names: string[] = [];
  const replaced = Object.fromEntries(
    MAPS.flatMap((key) => {
      const map = entry[key];
      return isObject(map) ? [[key, withoutSecrets(map, owner, names)] as const] : [];
    }),
  );
  const { secrets, ...rest } = entry;
  const portable = { ...rest, ...replaced, ...(secrets === undefined || secrets === "inline" ? {} : { secrets }) };
  if (secretsInWords(wordsOf(entry))) return { reason: "a secret stands in its command or address" };
  if (textsIn(portable).some(isHere)) return { reason: "it names a place of the machine it was exported on" };
  return { entry: equal(portable, entry) ? entry : portable, names };
}

function isLocal(source: Json | undefined): boolean {
  return isObject(source) && source["type"] === "local";
}

/** The values of variables or headers; what is secret stands as a reference to the store of whoever takes it in. */
function withoutSecrets(map: JsonObject, owner: string, names: string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]): readonly [string, Json] => {
      if (typeof value !== "string" || !isClearSecret(key, value)) return [key, value];
      const name = /^[A-Za-z_][A-Za-z0-9_]*$/.test(key)
        ? key
        : `${owner}_${key}`.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_");
      const [prefix] = /^(?:Bearer|Basic|Token|Bot|ApiKey) +(?=\S)/i.exec(value) ?? [];
      names.push(name);
      return [key, { secret: name, ...(prefix === undefined ? {} : { prefix }) }];
    }),
  );
}

function wordsOf({ command, args, url }: JsonObject): readonly string[] {
  return [command, ...(Array.isArray(args) ? args : []), url].filter(
    (word): word is string => typeof word === "string",
  );
}

function textsIn(value: Json): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap((item: Json) => textsIn(item));
  return isObject(value) ? Object.entries(value).flatMap(([key, member]) => [key, ...textsIn(member)]) : [];
}
