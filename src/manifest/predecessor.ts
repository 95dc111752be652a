import { isMap, isSeq, parseDocument, visit } from "yaml";
import { isObject, type Json, type JsonObject } from "../core/json.ts";
import { invalid } from "./invalid.ts";
import { mergeConflict } from "./merge-conflict.ts";
import { SCHEMA_VERSION } from "./parse-manifest.ts";
import { predecessorProblems } from "./predecessor-checks.ts";
import { readYaml } from "./yaml-document.ts";
import { printFlow, printScalar } from "../formats/yaml-print.ts";

const REGISTRY = "https://github.com/Svtoo/atk-registry";
const SCHEMA_URL = "https://unpkg.com/atk-cli/schema/manifest.schema.json";

/**
 * The atk.yaml for a home made by ATK 0.2, from its manifest.yaml: the same plugins from the same places at the same commits, its
 * settings, display names and comments. What has no place in the new format is carried as a comment. Equal texts give equal texts.
 * @throws AtkError E_MANIFEST with every problem (file:line:column).
 */
export function readPredecessorManifest(text: string, file: string): string {
  const conflict = mergeConflict(text, file);
  if (conflict !== undefined) throw invalid("E_MANIFEST", file, [conflict]);
  const document = readYaml(text, file);
  const problems = [...document.problems, ...predecessorProblems(document, file)];
  if (problems.length > 0 || !isObject(document.data)) throw invalid("E_MANIFEST", file, problems);
  return manifestText(document.data, commentsOf(text));
}

interface Comments {
  readonly header: readonly string[];
  readonly plugins: readonly (readonly string[])[];
}

function manifestText(data: JsonObject, comments: Comments): string {
  const { schema_version: version, config, plugins, ...unknown } = data;
  const lines = [
    `# yaml-language-server: $schema=${SCHEMA_URL}`,
    `# Carried over from manifest.yaml of ATK 0.2 (its schema_version: ${printFlow(version ?? null)}).`,
    ...comments.header,
    ...asComments(unknown, "manifest.yaml"),
    "",
    `schema_version: "${SCHEMA_VERSION}"`,
    "",
    "# Where plugins are wired: client ids, for example [claude-code, codex]. Or: atk plug NAME --claude --codex",
    "agents: []",
    "",
    ...configLines(config ?? null),
    ...pluginLines(Array.isArray(plugins) ? plugins : [], comments.plugins),
  ];
  return `${lines.join("\n")}\n`;
}

function configLines(config: Json): readonly string[] {
  if (!isObject(config)) return [];
  const { auto_commit: commit, auto_push: push, ...unknown } = config;
  const known = {
    ...(commit === undefined ? {} : { auto_commit: bool(commit) }),
    ...(push === undefined ? {} : { auto_push: bool(push) }),
  };
  return [...asComments(unknown, "config"), `config: ${printFlow(known)}`, ""];
}

/** The predecessor read YAML 1.1, where these words are booleans. */
const bool = (value: Json): Json => (typeof value === "string" ? /^(yes|on|true)$/i.test(value) : value);

function pluginLines(plugins: readonly Json[], comments: Comments["plugins"]): readonly string[] {
  if (plugins.length === 0) return ["plugins: []"];
  return [
    "plugins:",
    ...plugins.flatMap((entry, at) => (isObject(entry) ? entryLines(entry, comments[at] ?? []) : [])),
  ];
}

function entryLines(entry: JsonObject, comments: readonly string[]): readonly string[] {
  const { name: display, directory, source, ...unknown } = entry;
  const from = isObject(source) ? source : {};
  const { type: _type, ref: _ref, url: _url, ...unknownOfSource } = from;
  const lines = [
    ...comments,
    ...(display === directory ? [] : [`# ${oneLine(String(display))}`]),
    ...asComments(unknown, "plugin"),
    ...asComments(unknownOfSource, "source"),
    `- name: ${String(directory)}`,
    `  source: ${printFlow(newSource(from, String(directory)))}`,
  ];
  return lines.map((line) => `  ${line}`);
}

function newSource({ type = "local", ref, url }: JsonObject, directory: string): JsonObject {
  const at = typeof ref === "string" ? { ref } : {};
  switch (type) {
    case "registry":
      return { type: "git", url: REGISTRY, ...at, path: `plugins/${directory}` };
    case "git":
      return { type: "git", url: url ?? "", ...at, path: ".atk" };
    default:
      return { type: "local", path: `./plugins/${directory}` };
  }
}

/** What the new format has no place for, one line for each key. */
function asComments(unknown: JsonObject, where: string): readonly string[] {
  return Object.entries(unknown).map(([key, value]) => `# ${where}: ${printScalar(key)}: ${printFlow(value)}`);
}

const oneLine = (text: string) => text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, " ");

/** A comment above the first plugin belongs to the list in YAML's tree and to that plugin in a person's eyes. */
function commentsOf(text: string): Comments {
  const document = parseDocument(text, { resolveKnownTags: false, logLevel: "silent" });
  const plugins = isMap(document.contents) ? document.contents.get("plugins", true) : undefined;
  const list = isSeq(plugins) ? plugins : undefined;
  const items: readonly unknown[] = list?.items ?? [];
  const aboveFirst = items.length === 0 ? undefined : list?.commentBefore;
  if (list !== undefined && aboveFirst !== undefined) list.commentBefore = null;
  const header = [document.commentBefore, ...within(document.contents, items), document.comment];
  const own = items.map((item, at) => toLines([at === 0 ? aboveFirst : undefined, ...within(item, [])]));
  return { header: toLines(header), plugins: own };
}

type Comment = string | null | undefined;

function within(node: unknown, skipped: readonly unknown[]): readonly Comment[] {
  const found: Comment[] = [];
  visit(node as Parameters<typeof visit>[0], {
    Node: (_key, each) => {
      if (skipped.includes(each)) return visit.SKIP;
      found.push(each.commentBefore, each.comment);
      return undefined;
    },
  });
  return found;
}

function toLines(comments: readonly Comment[]): readonly string[] {
  const texts = comments.filter((comment) => typeof comment === "string" && comment !== "");
  return texts.flatMap((comment) =>
    String(comment)
      .split("\n")
      .map((line) => `#${line}`),
  );
}
