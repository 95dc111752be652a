import type { Expansion, Place } from "./faults.ts";

const EVERYWHERE: readonly Place[] = ["command", "args", "env", "headers", "url", "cwd"];

/** `${NAME}`, `${NAME:-default}`, `${env:NAME}` ... anything in braces after a dollar. */
export const BRACES: Expansion = { pattern: /\$\{[^}]*\}/, in: EVERYWHERE };

/** `$NAME` and `${...}`. `$5` stays: no variable has such a name. */
export const DOLLAR: Expansion = { pattern: /\$[A-Za-z_{]/, in: EVERYWHERE };

/** `{env:NAME}` and `{file:path}`. */
export const CURLY: Expansion = { pattern: /\{(env|file):[^}]*\}/, in: EVERYWHERE };

/** `${{ ... }}` */
export const DOUBLE_BRACES: Expansion = { pattern: /\$\{\{/, in: EVERYWHERE };

/** The same texts, but only in some places. */
export function onlyIn(expansion: Expansion, places: readonly Place[]): Expansion {
  return { pattern: expansion.pattern, in: places };
}
