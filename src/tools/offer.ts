import { isObject, type Json, type JsonObject } from "../core/json.ts";

/** What a server says of itself to a model: all the text that agents hand on. Lists are sorted by name. */
export interface Offer {
  /** Of the answer to `initialize`; clients put it into the model's context. */
  readonly instructions?: string;
  readonly tools: readonly JsonObject[];
  readonly prompts: readonly JsonObject[];
  readonly resources: readonly JsonObject[];
  readonly resourceTemplates: readonly JsonObject[];
}

export type List = Exclude<keyof Offer, "instructions">;

export const LISTS = ["tools", "prompts", "resources", "resourceTemplates"] as const satisfies readonly List[];

/** What counts of an item. Icons, hints for clients (`_meta`) and the like are not read by a model. */
const FIELDS: Readonly<Record<List, readonly string[]>> = {
  tools: ["name", "title", "description", "inputSchema", "outputSchema", "annotations"],
  prompts: ["name", "title", "description", "arguments"],
  resources: ["name", "title", "description", "uri", "mimeType"],
  resourceTemplates: ["name", "title", "description", "uriTemplate", "mimeType"],
};

/** A server may list its data as resources, without end; so many are kept. */
const MOST_RESOURCES = 500;

/** What a server answered, as it is compared: only what counts, in one order. */
export function offerOf(answered: Readonly<Partial<Record<List, readonly unknown[]>>>, instructions?: string): Offer {
  const list = (name: List): readonly JsonObject[] =>
    (answered[name] ?? [])
      .flatMap((item) => (isObject(item) ? [itemOf(name, item)] : []))
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return {
    ...(instructions === undefined || instructions === "" ? {} : { instructions }),
    tools: list("tools"),
    prompts: list("prompts"),
    resources: list("resources").slice(0, MOST_RESOURCES),
    resourceTemplates: list("resourceTemplates"),
  };
}

/** The fields of an item that count. */
export function itemOf(list: List, item: JsonObject): JsonObject {
  const fields = FIELDS[list].flatMap((field): readonly (readonly [string, Json])[] => {
    const value = item[field];
    return value === undefined || value === null ? [] : [[field, value]];
  });
  return Object.fromEntries(fields);
}

export function nameOf(item: JsonObject): string {
  return typeof item["name"] === "string" ? item["name"] : "";
}

/** By what an item is known: resources may share a name. */
export function keyOf(item: JsonObject): string {
  const { uri, uriTemplate } = item;
  return typeof uri === "string" ? uri : typeof uriTemplate === "string" ? uriTemplate : nameOf(item);
}

export function toolNames({ tools }: Offer): readonly string[] {
  return tools.map(nameOf);
}
