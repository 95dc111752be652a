import type { Problem } from "../core/errors.ts";
import { isObject } from "../core/json.ts";
import { buildManifest } from "./build-manifest.ts";
import { validateManifest } from "./generated/manifest.generated.js";
import type { ParsedManifest } from "./manifest.ts";
import { manifestProblems } from "./manifest-checks.ts";
import { invalid } from "./invalid.ts";
import { mergeConflict } from "./merge-conflict.ts";
import { schemaProblems } from "./schema-problems.ts";
import { readYaml, type YamlDocument } from "./yaml-document.ts";

/** The edition of the manifest format this atk writes; the only one it reads. */
export const SCHEMA_VERSION = "2026-11-21";

export interface ManifestOptions {
  /** Ids of all clients atk knows. */
  readonly clientIds: readonly string[];
}

/**
 * The manifest in a text, checked: schema, client ids, duplicates, names. Touches no disk: whether paths exist is checked elsewhere.
 * @throws AtkError E_MANIFEST with every problem in `problems`, each with file:line:column, path, what was expected and found.
 */
export function parseManifest(text: string, file: string, { clientIds }: ManifestOptions): ParsedManifest {
  const conflict = mergeConflict(text, file);
  if (conflict !== undefined) throw invalid("E_MANIFEST", file, [conflict]);
  const document = readYaml(text, file);
  const problems = [...document.problems, ...contentProblems(document, file, clientIds)];
  const { data, place } = document;
  if (problems.length > 0 || data === undefined || !validateManifest(data)) throw invalid("E_MANIFEST", file, problems);
  return { manifest: buildManifest(data), place: (pointer) => place(pointer), data };
}

function contentProblems(document: YamlDocument, file: string, clientIds: readonly string[]): readonly Problem[] {
  const { data, place } = document;
  if (data === undefined) return document.problems.length > 0 ? [] : [emptyFile(file)];
  if (!isObject(data)) {
    const hint = `begin with: schema_version: "${SCHEMA_VERSION}"`;
    return [{ message: "the manifest must be a map of keys and values", at: place(""), hint }];
  }
  const errors = validateManifest(data) ? [] : (validateManifest.errors ?? []);
  const problems = schemaProblems(errors, place).map(explainVersion);
  return [...problems, ...manifestProblems(data, { clientIds, place })];
}

function emptyFile(file: string): Problem {
  const hint = `write at least: schema_version: "${SCHEMA_VERSION}"`;
  return { message: "the file is empty", at: { file, line: 1, column: 1 }, hint };
}

/** The version decides how everything else is read, so its problem gets the next step for both directions. */
function explainVersion(problem: Problem): Problem {
  if (problem.at?.pointer === "/schema_version") {
    return { ...problem, hint: `this atk reads "${SCHEMA_VERSION}"; a newer file needs a newer atk` };
  }
  if (problem.message !== "`schema_version` is missing") return problem;
  return { ...problem, hint: `add the line: schema_version: "${SCHEMA_VERSION}"` };
}
