import type { ExplainedPlace } from "../app/setup/explain-place.ts";
import type { ExplainedPlugin, ExplainedVariable } from "../app/setup/explain-values.ts";
import { showPlace } from "../core/errors.ts";
import type { Place } from "../manifest/plugin-environment.ts";
import type { Paint } from "./paint.ts";
import { printable } from "./paint.ts";
import { table } from "./table.ts";

/** One line for each variable: its value, masked when it is secret, and the place it has it from. */
export function showValues({ plugin, variables, missing }: ExplainedPlugin): string {
  if (variables.length === 0) return `${plugin} has no variables.`;
  const rows = variables.map(({ name, places: [first] }) => [
    name,
    first === undefined ? (missing.includes(name) ? "! required" : "-") : showValue(first),
    first?.place ?? "unset",
  ]);
  return table(["VARIABLE", "VALUE", "FROM"], rows);
}

/** Every place that has a value for each variable, the one that counts marked, and the order of places. */
export function explainAll(plugin: ExplainedPlugin, manifestFile: string, paint: Paint): string {
  const files: Partial<Record<Place, string>> = { ".env": plugin.file, machine: manifestFile, manifest: manifestFile };
  const order = plugin.precedence.map((place, index) => {
    const file = files[place];
    const line = `  ${index + 1}  ${place.padEnd(WIDTH)}  ${MEANING[place]}`;
    return file === undefined ? line : `${line} (${printable(file)})`;
  });
  const variables = plugin.variables.flatMap((variable) => [...explainVariable(variable, paint), ""]);
  return [...variables, "The first of these places that has a value counts:", ...order].join("\n");
}

const MEANING: Readonly<Record<Place, string>> = {
  ".env": "the plugin's own file on this machine",
  machine: "`env` of the plugin in `machines`, for this machine",
  manifest: "`env` of the plugin's entry",
  default: "`default` in plugin.yaml",
  process: "the environment of atk",
};
const WIDTH = Math.max(...Object.keys(MEANING).map((place) => place.length));

function explainVariable(variable: ExplainedVariable, paint: Paint): readonly string[] {
  const { name, places, description } = variable;
  const words = [
    ...(variable.required ? ["required"] : []),
    ...(variable.secret ? ["secret"] : []),
    ...(variable.isDeclared ? [] : ["not declared"]),
  ];
  const head = `${paint("bold", printable(name))}${words.length === 0 ? "" : ` (${words.join(", ")})`}`;
  const about = description === undefined ? "" : `  ${paint("dim", printable(description))}`;
  if (places.length === 0) return [head + about, "    unset"];
  const lines = places.map((place, index) => {
    const at = place.at === undefined ? "" : `  ${paint("dim", showPlace(place.at))}`;
    return `  ${index === 0 ? ">" : " "} ${place.place.padEnd(WIDTH)}  ${printable(showValue(place))}${at}`;
  });
  return [head + about, ...lines];
}

function showValue({ value, kept, isAbsent }: ExplainedPlace): string {
  const text = value ?? (kept === undefined ? "" : `(${kept}${isAbsent ? ", which is not set" : ""})`);
  return value !== null && kept !== undefined ? `${text} (${kept})` : text;
}
