import type { Problem } from "../core/errors.ts";
import { isObject, type JsonObject } from "../core/json.ts";
import { buildPlugin } from "./build-plugin.ts";
import { validatePlugin } from "./generated/plugin.generated.js";
import { invalid } from "./invalid.ts";
import { mergeConflict } from "./merge-conflict.ts";
import { mergeOverrides, placeInEither } from "./overrides.ts";
import type { Plugin } from "./plugin.ts";
import { pluginData } from "./plugin-data.ts";
import { pluginProblems, pluginWarnings } from "./plugin-checks.ts";
import { schemaProblems } from "./schema-problems.ts";
import { readYaml, type YamlDocument } from "./yaml-document.ts";

export interface PluginText {
  readonly text: string;
  /** Path for error places. */
  readonly file: string;
}

export interface PluginRequest extends PluginText {
  /** The name the plugin has in the manifest; also the id of its one server. */
  readonly id: string;
  /** custom/overrides.yaml: maps are merged into the description, lists and scalars replace it. */
  readonly overrides?: PluginText;
  /** true: there is a SKILL.md beside the description. */
  readonly hasSkillMd: boolean;
}

export interface ParsedPlugin {
  readonly plugin: Plugin;
  /** What is odd but was accepted, one sentence each, with its place. */
  readonly warnings: readonly string[];
}

/**
 * A plugin's description (plugin.yaml), overrides merged, checked, defaults filled in. Reads texts only.
 * @throws AtkError E_PLUGIN_INVALID with every problem in `problems`: file:line:column and the location, like `ports.0.port`.
 */
export function parsePlugin(request: PluginRequest): ParsedPlugin {
  const base = readMap(request);
  const overrides = request.overrides === undefined ? undefined : readOverrides(request.overrides);
  const place = placeInEither(base, overrides?.document);
  const data = pluginData(mergeOverrides(base.data, overrides?.data));
  const problems = validatePlugin(data) ? [] : schemaProblems(validatePlugin.errors ?? [], place);
  const all = [...problems, ...pluginProblems(data, request.id, place)];
  if (all.length > 0 || !validatePlugin(data)) throw invalid("E_PLUGIN_INVALID", `plugin '${request.id}'`, all);
  const warnings = [...(overrides?.warnings ?? []), ...pluginWarnings(data, place)];
  return { plugin: buildPlugin(data, request), warnings };
}

type MapDocument = YamlDocument & { readonly data: JsonObject };

function readMap(source: PluginText & { readonly id: string }): MapDocument {
  const document = readChecked(source);
  const { data } = document;
  if (isObject(data)) return { ...document, data };
  const message = data === undefined ? "the file is empty" : "the description must be a map of keys and values";
  throw invalid("E_PLUGIN_INVALID", `plugin '${source.id}'`, [
    { message, at: { file: source.file, line: 1, column: 1 } },
  ]);
}

interface Overrides {
  readonly document: YamlDocument | undefined;
  readonly data: JsonObject;
  readonly warnings: readonly string[];
}

/** Overrides that are not a map are passed over, as the predecessor did - but not in silence. */
function readOverrides(source: PluginText): Overrides {
  const document = readChecked(source);
  const { data } = document;
  if (isObject(data)) return { document, data, warnings: [] };
  const warnings = data === undefined ? [] : [`${source.file}:1:1: overrides must be a map; the file is ignored`];
  return { document: undefined, data: {}, warnings };
}

function readChecked({ text, file }: PluginText): YamlDocument {
  const conflict = mergeConflict(text, file);
  const document = conflict === undefined ? readYaml(text, file) : undefined;
  const problems: readonly Problem[] = conflict === undefined ? (document?.problems ?? []) : [conflict];
  if (document !== undefined && problems.length === 0) return document;
  throw invalid("E_PLUGIN_INVALID", file, problems);
}
