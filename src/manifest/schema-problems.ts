import type { Place, Problem } from "../core/errors.ts";
import { NAME_PATTERN, SERVER_ID_PATTERN, suggestName, suggestServerId } from "./names.ts";
import { quote } from "./quote.ts";
import { didYouMean } from "./suggest.ts";
import type { Part } from "./yaml-document.ts";

/** An error of a generated validator (ajv's, verbose). */
export interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly propertyName?: string;
  readonly data?: unknown;
  readonly parentSchema?: Readonly<Record<string, unknown>>;
}

/** A generated validator: after a call that answers false, `errors` has all errors of that call. */
export type Validator<T> = ((data: unknown) => data is T) & { readonly errors?: readonly SchemaError[] | null };

export type PlaceFinder = (pointer: string, part?: Part) => Place;

/** Keywords that only say that something inside them failed. */
const WRAPPERS = new Set(["if", "allOf", "anyOf", "propertyNames"]);

/** Every problem the validator found, in words, with its place; one problem per place and kind. */
export function schemaProblems(errors: readonly SchemaError[], place: PlaceFinder): readonly Problem[] {
  const seen = new Set<string>();
  const choices = errors.filter(({ keyword }) => keyword === "oneOf").map(({ instancePath }) => instancePath);
  const problems: Problem[] = [];
  for (const error of errors) {
    if (WRAPPERS.has(error.keyword) || isPartOfChoice(error, choices)) continue;
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
  const alternatives = (error.parentSchema?.["x-alternatives"] ?? []) as readonly string[];
  const names = [String(error.params["missingProperty"]), ...alternatives];
  const at = place(error.instancePath);
  const cause = error.params["property"];
  const why = cause === undefined ? "is missing" : `is missing, and \`${String(cause)}\` needs it`;
  return { message: `${prefix(error.instancePath)}${list(names)} ${why}`, at };
}

function wrongChoice(error: SchemaError, place: PlaceFinder): Problem {
  const branches = (error.parentSchema?.["oneOf"] ?? []) as readonly { readonly required?: readonly string[] }[];
  const names = branches.flatMap((branch) => branch.required ?? []);
  const isNone = error.params["passingSchemas"] === null;
  const found = isNone ? `${list(names)} is missing` : `${names.map((name) => `\`${name}\``).join(" and ")} exclude each other`;
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

function expectation({ keyword, params, parentSchema = {} }: SchemaError): string {
  const ruleInWords = parentSchema["patternErrorMessage"];
  switch (keyword) {
    case "type":
      return [params["type"]].flat().map(typeInWords).join(" or ");
    case "enum":
      return `one of ${(params["allowedValues"] as readonly unknown[]).map(String).join(", ")}`;
    case "const":
      return String(params["allowedValue"]);
    case "minimum":
    case "maximum":
      return `a number from ${String(parentSchema["minimum"])} to ${String(parentSchema["maximum"])}`;
    case "minItems":
      return "a list with something in it";
    case "uniqueItems":
      return "a list without repetitions";
    case "false schema":
      return "nothing here: this key does not go with the others";
    default:
      return typeof ruleInWords === "string" ? ruleInWords : "a text that is not empty";
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: "a string",
  array: "a list",
  object: "a map",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  null: "nothing",
};
const typeInWords = (type: unknown) => TYPES[String(type)] ?? String(type);

/** Places where a person may have put a secret by mistake: what stands there is never repeated. */
function mayBeSecret(pointer: string): boolean {
  return pointer.split("/").some((key) => ["env", "headers", "url", "endpoint", "default", "args", "command"].includes(key));
}

function found(data: unknown, isHidden: boolean): string {
  if (data === null || data === undefined) return "nothing";
  if (Array.isArray(data)) return data.length === 0 ? "an empty list" : "a list";
  if (typeof data === "object") return "a map";
  if (isHidden) return data === "" ? "an empty string" : `a ${typeof data}`;
  return typeof data === "string" ? quote(data) : `the ${typeof data} ${String(data)}`;
}

function valueHint({ keyword, params, parentSchema = {} }: SchemaError, data: unknown, isHidden: boolean): string | undefined {
  const types = [params["type"]].flat();
  if (keyword === "type" && types.includes("string") && isBareScalar(data)) return "put it in quotes";
  if (keyword === "type" && types.includes("array") && typeof data === "string") {
    return isHidden ? "write it as a list" : `write it as a list: [${readable(data)}]`;
  }
  if (keyword === "enum") return didYouMean(String(data), (params["allowedValues"] as readonly unknown[]).map(String));
  return typeof data === "string" ? nameHint(parentSchema["pattern"], data) : undefined;
}

const isBareScalar = (data: unknown) => typeof data === "number" || typeof data === "boolean";

function nameHint(pattern: unknown, name: string): string | undefined {
  const suggestion = pattern === NAME_PATTERN.source ? suggestName(name) : undefined;
  const id = pattern === SERVER_ID_PATTERN.source ? suggestServerId(name) : undefined;
  const meant = suggestion ?? id;
  return meant === undefined ? undefined : `did you mean \`${meant}\`?`;
}

/** A JSON pointer as people write it: "/plugins/1/env/PORT" is plugins.1.env.PORT. */
export function where(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((key) => readable(key.replaceAll("~1", "/").replaceAll("~0", "~")))
    .join(".");
}

const readable = (key: string) => (/^[\w@-]+$/.test(key) ? key : quote(key));
const prefix = (pointer: string) => (pointer === "" ? "" : `${where(pointer)}: `);
const escapeKey = (key: string) => key.replaceAll("~", "~0").replaceAll("/", "~1");
const list = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(" or ");
const withHint = (problem: Problem, hint: string | undefined): Problem => (hint === undefined ? problem : { ...problem, hint });
const textsOf = (value: unknown) => (value ?? {}) as Readonly<Record<string, string>>;
