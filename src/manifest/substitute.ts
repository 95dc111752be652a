import { PLAIN_PREFIX, type Value } from "../core/server.ts";

/** The value of a variable, or undefined where it is not known (then its reference stays as it is written). */
export type Lookup = (name: string) => string | undefined;

const REFERENCE = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|([A-Za-z_][A-Za-z0-9_]*))/g;

/**
 * A text with its references to variables replaced: `$NAME`, `${NAME}` and `${NAME:-default}` (the default counts when the
 * value is unknown or empty). A name is read as far as it goes, so `$FOO` never matches inside `$FOOBAR`. Values are not read again.
 * There is no escape: what `lookup` does not know stays as it is written, `$$` too, so that shell text comes through.
 */
export function substitute(template: string, lookup: Lookup): string {
  return template.replace(REFERENCE, (written: string, braced?: string, fallback?: string, bare?: string) => {
    const value = lookup(braced ?? bare ?? "");
    if (fallback === undefined) return value ?? written;
    return value === undefined || value === "" ? fallback : value;
  });
}

/** The variables a text refers to, in order of appearance; `isOptional`: the reference has its own default. */
export function references(template: string): readonly { readonly name: string; readonly isOptional: boolean }[] {
  return [...template.matchAll(REFERENCE)].map(([, braced, fallback, bare]) => ({
    name: braced ?? bare ?? "",
    isOptional: fallback !== undefined,
  }));
}

/** The one variable a text ends with (`$NAME` or `${NAME}`), when what stands before it, if anything, is plain text. */
export function trailingReference(template: string): { readonly name: string; readonly prefix?: string } | undefined {
  const match = /^([^$]*)\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))$/.exec(template);
  const name = match?.[2] ?? match?.[3];
  const prefix = match?.[1] ?? "";
  if (name === undefined) return undefined;
  if (prefix === "") return { name };
  return PLAIN_PREFIX.test(prefix) ? { name, prefix } : undefined;
}

/** Text before a value: in clear where the value is. */
export function withPrefix(prefix: string | undefined, value: Value): Value {
  if (prefix === undefined) return value;
  return typeof value === "string" ? `${prefix}${value}` : { env: value.env, prefix: `${prefix}${value.prefix ?? ""}` };
}
