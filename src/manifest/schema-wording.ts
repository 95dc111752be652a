import { NAME_PATTERN, SERVER_ID_PATTERN, suggestName, suggestServerId } from "./names.ts";
import { pointerKeys, readable } from "./pointer-text.ts";
import { quote } from "./quote.ts";
import type { SchemaError } from "./schema-error.ts";
import { didYouMean } from "./suggest.ts";

function range(least: unknown, most: unknown): string {
  if (most === undefined) return `a number of ${String(least)} or more`;
  return least === undefined
    ? `a number of ${String(most)} or less`
    : `a number from ${String(least)} to ${String(most)}`;
}

/** What the schema wants there, as a phrase after "expected". */
export function expectation({ keyword, params, parentSchema = {} }: SchemaError): string {
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
      return range(parentSchema["minimum"], parentSchema["maximum"]);
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
export function mayBeSecret(pointer: string): boolean {
  const names = new Set(["env", "headers", "url", "endpoint", "default", "args", "command"]);
  return pointerKeys(pointer).some((key) => names.has(key));
}

/** What is there, as a phrase after "found"; hidden: only its type. */
export function found(data: unknown, isHidden: boolean): string {
  if (data === null || data === undefined) return "nothing";
  if (Array.isArray(data)) return data.length === 0 ? "an empty list" : "a list";
  if (typeof data === "object") return "a map";
  if (isHidden) return data === "" ? "an empty string" : `a ${typeof data}`;
  return typeof data === "string" ? quote(data) : `the ${typeof data} ${String(data)}`;
}

/** The next step, where there is an obvious one. */
export function valueHint(
  { keyword, params, parentSchema = {} }: SchemaError,
  data: unknown,
  isHidden: boolean,
): string | undefined {
  const types = [params["type"]].flat();
  if (keyword === "type" && types.includes("string") && isBareScalar(data)) return "put it in quotes";
  if (keyword === "type" && types.includes("boolean") && typeof data === "string") {
    return "write true or false, without quotes";
  }
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
