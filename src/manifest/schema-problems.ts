import type { Place, Problem } from "../core/errors.ts";
import { escapeKey, where } from "./pointer-text.ts";
import type { SchemaError } from "./schema-error.ts";
import { expectation, found, mayBeSecret, valueHint } from "./schema-wording.ts";
import { didYouMean, suggest } from "./suggest.ts";
import type { Part } from "./yaml-document.ts";

export type PlaceFinder = (pointer: string, part?: Part) => Place;

/** Keywords that only say that something inside them failed. */
const WRAPPERS = new Set(["if", "allOf", "anyOf", "propertyNames"]);

/** Every problem the validator found, in words, with its place; one problem per place and kind. */
export function schemaProblems(errors: readonly SchemaError[], place: PlaceFinder): readonly Problem[] {
  const seen = new Set<string>();
  const choices = errors.filter(({ keyword }) => keyword === "oneOf").map(({ instancePath }) => instancePath);
  const misspelt = new Set(errors.flatMap(meantKey));
  const problems: Problem[] = [];
  for (const error of errors) {
    if (WRAPPERS.has(error.keyword) || isPartOfChoice(error, choices) || isMisspelt(error, misspelt)) continue;
    const problem = toProblem(error, place);
    const key = `${problem.at?.pointer} ${problem.message}`;
    if (!seen.has(key)) problems.push(problem);
    seen.add(key);
  }
  return problems;
}

/** A `oneOf` over `required` reports each branch and then itself; itself is enough. */
function isPartOfChoice(error: SchemaError, choices: readonly string[]): boolean {
  if (error.keyword !== "required" || !choices.includes(error.instancePath)) return false;
  return Object.keys(error.parentSchema ?? {}).join() === "required";
}

/** `nmae` is one mistake and not two: the key that was meant does not count as missing. */
function isMisspelt(error: SchemaError, misspelt: ReadonlySet<string>): boolean {
  if (error.keyword !== "required") return false;
  return requiredKeys(error).some((key) => misspelt.has(`${error.instancePath}/${key}`));
}

function meantKey({ keyword, instancePath, params, parentSchema = {} }: SchemaError): readonly string[] {
  if (keyword !== "additionalProperties") return [];
  const meant = suggest(String(params["additionalProperty"]), Object.keys(textsOf(parentSchema["properties"])));
  return meant === undefined ? [] : [`${instancePath}/${meant}`];
}

function requiredKeys({ params, parentSchema = {} }: SchemaError): readonly string[] {
  const alternatives = (parentSchema["x-alternatives"] ?? []) as readonly string[];
  return [String(params["missingProperty"]), ...alternatives];
}

function toProblem(error: SchemaError, place: PlaceFinder): Problem {
  switch (error.keyword) {
    case "additionalProperties":
      return unknownKey(error, place);
    case "required":
    case "dependentRequired":
      return missingKey(error, place);
    case "oneOf":
      return wrongChoice(error, place);
    default:
      return wrongValue(error, place);
  }
}

function unknownKey(error: SchemaError, place: PlaceFinder): Problem {
  const key = String(error.params["additionalProperty"]);
  const pointer = `${error.instancePath}/${escapeKey(key)}`;
  const at = place(pointer, "key");
  const { parentSchema: schema = {} } = error;
  const belongs = textsOf(schema["x-belongs-to"]);
  if (Object.hasOwn(belongs, key)) {
    const message = `${where(pointer)}: does not go with \`${String(schema["x-goes-with"])}\``;
    return { message, at, hint: belongingHint(key, belongs[key] ?? "") };
  }
  const known = Object.keys(textsOf(schema["properties"]));
  const message = `${where(pointer)}: unknown key; expected one of ${known.join(", ")}`;
  return withHint({ message, at }, didYouMean(key, known));
}

const belongingHint = (key: string, label: string) =>
  key === label ? "keep one of the two" : `it belongs to an entry with \`${label}\``;

function missingKey(error: SchemaError, place: PlaceFinder): Problem {
  const names = requiredKeys(error);
  const at = place(error.instancePath);
  const cause = error.params["property"];
  const why = cause === undefined ? "is missing" : `is missing, and \`${String(cause)}\` needs it`;
  return { message: `${prefix(error.instancePath)}${list(names)} ${why}`, at };
}

function wrongChoice(error: SchemaError, place: PlaceFinder): Problem {
  const branches = (error.parentSchema?.["oneOf"] ?? []) as readonly {
    readonly required?: readonly string[];
  }[];
  const names = branches.flatMap((branch) => branch.required ?? []);
  const isNone = error.params["passingSchemas"] === null;
  const found = isNone
    ? `${list(names)} is missing`
    : `${names.map((name) => `\`${name}\``).join(" and ")} exclude each other`;
  return { message: `${prefix(error.instancePath)}${found}`, at: place(error.instancePath) };
}

function wrongValue(error: SchemaError, place: PlaceFinder): Problem {
  const name = error.propertyName;
  const pointer = name === undefined ? error.instancePath : `${error.instancePath}/${escapeKey(name)}`;
  const at = place(pointer, name === undefined ? "value" : "key");
  const data = name ?? error.data;
  const isHidden = name === undefined && mayBeSecret(pointer);
  const message = `${prefix(pointer)}expected ${expectation(error)}, found ${found(data, isHidden)}`;
  return withHint({ message, at }, valueHint(error, data, isHidden));
}

const prefix = (pointer: string) => (pointer === "" ? "" : `${where(pointer)}: `);
const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(" or ");
const withHint = (problem: Problem, hint: string | undefined): Problem =>
  hint === undefined ? problem : { ...problem, hint };
const textsOf = (value: unknown) => (value ?? {}) as Readonly<Record<string, string>>;
