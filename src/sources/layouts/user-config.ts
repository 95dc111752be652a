import { asText, asWord, flagAt, items, member, members, textAt, type Part } from "./json-file.ts";
import { COMMON, looksSecret, type Variables } from "./variables.ts";

/** The settings of a bundle, each as the variable it becomes. */
export interface Settings {
  /** The variable of `${user_config.KEY}`. @throws AtkError E_PLUGIN_INVALID at `where` for a key that is not declared. */
  nameOf(key: string, where: Part): string;
  readonly remarks: readonly string[];
}

const TYPES: ReadonlySet<string> = new Set(["string", "number", "boolean", "directory", "file"]);

/**
 * `user_config` of a bundle and `userConfig` of a Claude Code plugin, which are spelled alike: each key becomes a variable.
 * `wished`: names that the bundle itself uses for a key. (MCPB MANIFEST.md, read 2026-11; Claude Code plugin manifest, read 2026-11)
 */
export function readSettings(
  declared: Part | undefined,
  variables: Variables,
  wished: ReadonlyMap<string, string> = new Map(),
): Settings {
  const names = new Map<string, string>();
  const remarks: string[] = [];
  for (const [key, part] of declared === undefined ? [] : members(declared)) {
    const name = variableName(key, part, wished);
    if (variables.has(name)) throw part.fault(`would be the variable ${name}, and so would another setting`);
    names.set(key, name);
    remarks.push(...declare(name, part, variables));
  }
  return {
    remarks,
    nameOf(key, where) {
      const name = names.get(key);
      if (name !== undefined) return name;
      throw where.fault(`refers to the setting ${JSON.stringify(key.slice(0, 60))}, which is not declared`);
    },
  };
}

function variableName(key: string, part: Part, wished: ReadonlyMap<string, string>): string {
  const plain = key
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
  if (plain === "") throw part.fault("cannot be the name of a variable: it has no letters or digits");
  const name = wished.get(key) ?? (/^[0-9]/.test(plain) ? `_${plain}` : plain);
  return COMMON.has(name) ? `SETTING_${name}` : name;
}

function declare(name: string, part: Part, variables: Variables): readonly string[] {
  const type = textAt(part, "type") ?? "string";
  if (!TYPES.has(type)) throw part.fault(`has a type that no bundle knows: ${JSON.stringify(type.slice(0, 60))}`);
  // A published default is no secret, whatever the name sounds like.
  const guessed = type === "string" && looksSecret(name) && member(part, "default") === undefined;
  const secret = flagAt(part, "sensitive") || guessed;
  const [preset, remarks] = presetOf(name, part, secret);
  const isLost = preset === undefined && remarks.length > 0;
  variables.add({
    name,
    required: flagAt(part, "required") || isLost,
    secret,
    ...(preset === undefined ? {} : { default: preset }),
    description: textAt(part, "description") ?? textAt(part, "title") ?? "",
  });
  return flagAt(part, "multiple")
    ? [...remarks, `${name} takes one value here, where the original takes several.`]
    : remarks;
}

/** A default that depends on the machine cannot be kept: values name nothing but the plugin's folder. */
function presetOf(name: string, part: Part, secret: boolean): readonly [string | undefined, readonly string[]] {
  const written = member(part, "default");
  if (written === undefined) return [undefined, []];
  const several = Array.isArray(written.value) ? items(written).map(asText) : [asWord(written)];
  const [first = ""] = several;
  if (secret) return [undefined, [`${name} has a default that is not kept, because it is a secret: set it.`]];
  if (several.length === 0 || first === "") return [undefined, []];
  if (several.length === 1 && !first.includes("$")) return [first, []];
  return [undefined, [`${name} has a default that depends on the machine (${several.join(", ")}): set it.`]];
}
