import { isObject, type JsonObject } from "../core/json.ts";
import { isOn, objectsOf, oneLine, textOf, valueOf } from "./server-json.ts";

/** A variable of the plugin that is made. */
export interface Variable {
  readonly name: string;
  readonly description?: string;
  readonly required: boolean;
  readonly secret: boolean;
  readonly default?: string;
}

/** Gathers what has to be known before the server can be started, and what could not be taken over. */
export interface Inputs {
  readonly variables: Map<string, Variable>;
  readonly remarks: string[];
}

export function createInputs(): Inputs {
  return { variables: new Map(), remarks: [] };
}

/** The words of a command line. Fixed values stay as they are, asked ones become variables of the plugin. */
export function wordsOf(list: readonly JsonObject[], inputs: Inputs): readonly string[] {
  return list.flatMap((argument) => wordOf(argument, inputs));
}

function wordOf(argument: JsonObject, inputs: Inputs): readonly string[] {
  const name = textOf(argument, "type") === "named" ? textOf(argument, "name") : undefined;
  const shown = name ?? textOf(argument, "valueHint") ?? textOf(argument, "name") ?? "an argument";
  if (isOn(argument, "isRepeated"))
    inputs.remarks.push(`${shown} may be given several times: custom/overrides.yaml can add more`);
  const isFlag =
    name !== undefined &&
    !["value", "default", "valueHint", "format", "choices", "isRequired", "isSecret"].some(
      (key) => valueOf(argument, key) !== undefined,
    );
  if (isFlag) return [name];
  const text = textFor(argument, shown, inputs);
  if (text === undefined) {
    inputs.remarks.push(`${shown} is optional and was left out: custom/overrides.yaml can add it`);
    return [];
  }
  if (name === undefined) return [text];
  return name.endsWith("=") ? [`${name}${text}`] : [name, text];
}

/** The text of an input with $NAME for what is asked; undefined for an optional one without a value. */
export function textFor(input: JsonObject, label: string, inputs: Inputs): string | undefined {
  const value = textOf(input, "value");
  if (value !== undefined) return filled(value, input, inputs);
  const fallback = textOf(input, "default");
  if (fallback === undefined && !isOn(input, "isRequired")) return undefined;
  return `\${${declare(variableName(label), input, inputs)}}`;
}

/** `{curly}` parts that are described become variables; others stay as they are. (server.schema.json, Input.value) */
export function filled(text: string, input: JsonObject, inputs: Inputs): string {
  const described = valueOf(input, "variables");
  const variables = isObject(described) ? described : {};
  return text.replace(/\{([A-Za-z0-9_.-]+)\}/g, (whole, key: string) => {
    const variable = Object.hasOwn(variables, key) ? variables[key] : undefined;
    if (!isObject(variable)) return whole;
    return textOf(variable, "value") ?? `\${${declare(variableName(key), { isRequired: true, ...variable }, inputs)}}`;
  });
}

/** Variables of the environment; gives what the server's `env` says: null for the variable of that name, or a text. */
export function environmentOf(packageJson: JsonObject, inputs: Inputs): Readonly<Record<string, string | null>> {
  const env: Record<string, string | null> = {};
  for (const input of objectsOf(packageJson, "environmentVariables")) {
    const name = textOf(input, "name") ?? "";
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      inputs.remarks.push(
        `the environment variable ${JSON.stringify(oneLine(name))} has no usable name and was left out`,
      );
      continue;
    }
    const value = textOf(input, "value");
    env[name] = value === undefined ? null : filled(value, input, inputs);
    if (value === undefined) declare(name, input, inputs);
  }
  return env;
}

function declare(name: string, input: JsonObject, { variables }: Inputs): string {
  const secret = isOn(input, "isSecret");
  const [description, fallback] = [textOf(input, "description"), textOf(input, "default")];
  const choices = valueOf(input, "choices");
  const said = [description, Array.isArray(choices) ? `(one of ${choices.join(", ")})` : undefined]
    .filter(Boolean)
    .join(" ");
  if (variables.has(name)) return name;
  variables.set(name, {
    name,
    ...(said === "" ? {} : { description: oneLine(said) }),
    required: isOn(input, "isRequired") && fallback === undefined,
    secret,
    ...(fallback === undefined || secret ? {} : { default: fallback }),
  });
  return name;
}

/** `--api-key` is API_KEY. */
function variableName(label: string): string {
  const name = label
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .toUpperCase();
  return /^[A-Z]/.test(name) ? name : `ARG_${name}`;
}
