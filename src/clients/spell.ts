import type { JsonObject } from "../core/json.ts";
import type { Server, Value } from "../core/server.ts";

export type StdioServer = Extract<Server, { transport: "stdio" }>;
export type RemoteServer = Exclude<Server, StdioServer>;

/** How a client writes "the value of this variable". */
export type Refer = (name: string) => string;

export const refer = {
  /** `${NAME}` */
  braces: (name) => `\${${name}}`,
  /** `${env:NAME}` */
  envBraces: (name) => `\${env:${name}}`,
  /** `${input:ID}` */
  input: (id) => `\${input:${id}}`,
  /** `{env:NAME}` */
  envCurly: (name) => `{env:${name}}`,
  /** `${{ secrets.NAME }}` */
  secrets: (name) => `\${{ secrets.${name} }}`,
} as const satisfies Record<string, Refer>;

/** Values as the client's texts. `check` has refused references before, where the client has none. */
export function spellValues(
  values: Readonly<Record<string, Value>>,
  reference: Refer = unreferable,
): Record<string, string> {
  const entries = Object.entries(values);
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      typeof value === "string" ? value : `${value.prefix ?? ""}${reference(value.env)}`,
    ]),
  );
}

function unreferable(name: string): never {
  throw new Error(`spell was called with a reference to ${name}, which check refuses`);
}

/** `{ [key]: values }`, or nothing at all when there are none. */
export function unlessEmpty(key: string, values: Readonly<Record<string, string>>): JsonObject {
  return Object.keys(values).length === 0 ? {} : { [key]: values };
}

/** The names of the variables that values refer to, without repetition, in order. */
export function referredNames(values: Readonly<Record<string, Value>>): readonly string[] {
  return [...new Set(Object.values(values).flatMap((value) => (typeof value === "string" ? [] : [value.env])))];
}
