import { findNodeAtLocation, parseTree, printParseErrorCode } from "jsonc-parser";
import type { Node, ParseError } from "jsonc-parser";
import { AtkError, type Place, type Problem } from "../core/errors.ts";
import { isObject, type Json } from "../core/json.ts";
import { placeAt } from "../formats/text.ts";
import { validateLock } from "./generated/lock.generated.js";
import { invalid } from "./invalid.ts";
import type { Lock } from "./lock.ts";
import { mergeConflict } from "./merge-conflict.ts";
import { escapeKey, pointerKeys, where } from "./pointer-text.ts";
import { quote } from "./quote.ts";
import { schemaProblems } from "./schema-problems.ts";

/**
 * The lock in a text, checked.
 * @throws AtkError E_LOCK with every problem (file:line:column): merge conflict, broken JSON, a key twice, another shape, a newer version.
 */
export function parseLock(text: string, file: string): Lock {
  const data = parseJson(text);
  if (data !== undefined && validateLock(data) && printLock(data) === text) return data;
  const problems = lockProblems(text, file);
  if (problems.length > 0 || !validateLock(data)) throw refused(file, problems);
  return data;
}

/** JSON with keys sorted at every depth, one value per line, so that one change is one changed line. */
export function printLock(lock: Lock): string {
  return `${JSON.stringify(sorted(lock as unknown as Json), null, 2)}\n`;
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => sorted(item));
  if (!isObject(value)) return value;
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key] ?? null)]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Slow and exact: only for a text that is not just what `printLock` writes. */
function lockProblems(text: string, file: string): readonly Problem[] {
  const conflict = mergeConflict(text, file);
  if (conflict !== undefined) return [conflict];
  if (text.trim() === "") return [{ message: "the file is empty", at: { file, line: 1, column: 1 } }];
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  const at = (offset: number): Place => ({ file, ...placeAt(text, offset) });
  const [first] = errors;
  if (tree === undefined || first !== undefined) return [syntaxProblem(first, at)];
  const data: unknown = JSON.parse(text);
  if (!isObject(data)) return [{ message: "the lock must be a JSON object", at: at(tree.offset) }];
  const version = versionProblem(data["lockVersion"], tree, at);
  if (version !== undefined) return [version];
  const place = (pointer: string): Place => ({ ...at(offsetOf(tree, pointer)), pointer });
  const shape = validateLock(data) ? [] : schemaProblems(validateLock.errors ?? [], place);
  return [...shape, ...duplicateKeys(tree, "", at)];
}

function syntaxProblem(error: ParseError | undefined, at: (offset: number) => Place): Problem {
  const name = error === undefined ? "no value" : printParseErrorCode(error.error);
  const words = name.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return { message: `not valid JSON: ${words}`, at: at(error?.offset ?? 0) };
}

function versionProblem(version: Json | undefined, tree: Node, at: (offset: number) => Place): Problem | undefined {
  if (typeof version !== "number" || version <= 1) return undefined;
  const message = `lockVersion: this atk reads 1, found ${version}; the lock was written by a newer atk`;
  const offset = findNodeAtLocation(tree, ["lockVersion"])?.offset ?? 0;
  return { message, at: at(offset), hint: "npm install -g atk-cli@latest" };
}

/** A bad merge can leave a key twice; JSON.parse would keep the last in silence. */
function duplicateKeys(node: Node, pointer: string, at: (offset: number) => Place): readonly Problem[] {
  const seen = new Set<string>();
  return (node.children ?? []).flatMap((child, index) => {
    const [key, value] = child.type === "property" ? (child.children ?? []) : [];
    if (key === undefined) return duplicateKeys(child, `${pointer}/${index}`, at);
    const name = String(key.value);
    const inside = `${pointer}/${escapeKey(name)}`;
    const isAgain = seen.has(name);
    seen.add(name);
    const own = isAgain
      ? [{ message: `${where(inside)}: the key ${quote(name)} stands twice`, at: at(key.offset) }]
      : [];
    return [...own, ...(value === undefined ? [] : duplicateKeys(value, inside, at))];
  });
}

function offsetOf(tree: Node, pointer: string): number {
  const path = pointerKeys(pointer).map(segment);
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    if (node !== undefined) return node.offset;
  }
  return tree.offset;
}

const segment = (key: string) => (/^\d+$/.test(key) ? Number(key) : key);

function refused(file: string, problems: readonly Problem[]): AtkError {
  const error = invalid("E_LOCK", file, problems);
  return new AtkError("E_LOCK", error.message, {
    at: error.at,
    problems: error.problems,
    hint: error.problems[0]?.hint ?? `take ${file} from the last good commit, or delete it and run: atk lock`,
  });
}
