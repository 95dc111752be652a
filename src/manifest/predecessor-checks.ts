import type { Problem } from "../core/errors.ts";
import { isObject, type Json, type JsonObject } from "../core/json.ts";
import { isName, suggestName } from "./names.ts";
import { where } from "./pointer-text.ts";
import { quote } from "./quote.ts";
import type { YamlDocument } from "./yaml-document.ts";

/** What is wrong with a manifest.yaml of ATK 0.2. Unknown keys are not: its reader passed over them. */
export function predecessorProblems({ data, problems, place }: YamlDocument, file: string): readonly Problem[] {
  if (data === undefined)
    return problems.length > 0 ? [] : [{ message: "the file is empty", at: { file, line: 1, column: 1 } }];
  if (!isObject(data)) return [{ message: "the manifest must be a map of keys and values", at: place("") }];
  const found = [...ownProblems(data), ...pluginListProblems(data["plugins"] ?? [])];
  return found.map(({ pointer, message, hint }) => ({
    message: pointer === "" ? message : `${where(pointer)}: ${message}`,
    at: place(pointer),
    ...(hint === undefined ? {} : { hint }),
  }));
}

interface Found {
  readonly pointer: string;
  readonly message: string;
  readonly hint?: string;
}

function ownProblems(data: JsonObject): readonly Found[] {
  const { schema_version: version, config } = data;
  const missing =
    version === undefined || version === null ? [{ pointer: "", message: "`schema_version` is missing" }] : [];
  const isConfig = config === undefined || config === null || isObject(config);
  return [...missing, ...(isConfig ? booleans(config ?? null) : [{ pointer: "/config", message: "expected a map" }])];
}

function booleans(config: Json): readonly Found[] {
  if (!isObject(config)) return [];
  return ["auto_commit", "auto_push"].flatMap((key) => {
    const value = config[key];
    const isBoolean =
      value === undefined || typeof value === "boolean" || /^(yes|no|on|off|true|false)$/i.test(String(value));
    return isBoolean ? [] : [{ pointer: `/config/${key}`, message: "expected true or false" }];
  });
}

function pluginListProblems(plugins: Json): readonly Found[] {
  if (!Array.isArray(plugins)) return [{ pointer: "/plugins", message: "expected a list" }];
  const seen = new Set<Json>();
  return plugins.flatMap((entry: Json, at) => {
    const pointer = `/plugins/${at}`;
    if (!isObject(entry)) return [{ pointer, message: "expected a map" }];
    const isAgain = seen.has(entry["directory"] ?? null);
    seen.add(entry["directory"] ?? null);
    const again = isAgain
      ? [{ pointer: `${pointer}/directory`, message: "the same directory stands there twice" }]
      : [];
    return [...entryProblems(entry, pointer), ...again, ...sourceProblems(entry["source"] ?? {}, pointer)];
  });
}

function entryProblems({ name, directory }: JsonObject, pointer: string): readonly Found[] {
  const unnamed = typeof name === "string" ? [] : [{ pointer, message: "`name` is missing" }];
  if (directory === undefined) return [...unnamed, { pointer, message: "`directory` is missing" }];
  if (typeof directory === "string" && isName(directory)) return unnamed;
  const meant = suggestName(String(directory));
  const message = `${quote(String(directory))} is not a directory name of lower-case letters, digits and single dashes`;
  return [
    ...unnamed,
    {
      pointer: `${pointer}/directory`,
      message,
      ...(meant === undefined ? {} : { hint: `did you mean \`${meant}\`?` }),
    },
  ];
}

function sourceProblems(source: Json, pointer: string): readonly Found[] {
  const at = `${pointer}/source`;
  if (!isObject(source)) return [{ pointer: at, message: "expected a map" }];
  const { type = "local", url, ref } = source;
  if (typeof type !== "string" || !["local", "registry", "git"].includes(type)) {
    return [
      {
        pointer: `${at}/type`,
        message: `expected one of local, registry, git, found ${quote(String(type))}`,
      },
    ];
  }
  const isText = (value: Json | undefined) => value === undefined || value === null || typeof value === "string";
  return [
    ...(type === "git" && typeof url !== "string" ? [{ pointer: at, message: "`url` is missing" }] : []),
    ...(isText(ref) ? [] : [{ pointer: `${at}/ref`, message: "expected a commit id in quotes" }]),
  ];
}
