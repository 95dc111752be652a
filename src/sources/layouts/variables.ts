import type { JsonObject } from "../../core/json.ts";
import type { Part } from "./json-file.ts";
import { oneLine } from "./layout.ts";

/** A variable that the plugin is to declare. */
export interface Variable {
  readonly name: string;
  readonly required: boolean;
  readonly secret: boolean;
  readonly default?: string;
  readonly description?: string;
}

/** Collects variables in the order they were met; the first word on one counts. */
export class Variables {
  readonly #byName = new Map<string, Variable>();

  add(variable: Variable): void {
    if (!this.#byName.has(variable.name)) this.#byName.set(variable.name, variable);
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** As `env_vars` has them. */
  data(): readonly JsonObject[] {
    return [...this.#byName.values()].map(({ name, required, secret, default: value, description }) => ({
      name,
      ...(required ? { required } : {}),
      ...(secret ? { secret } : {}),
      ...(value === undefined ? {} : { default: value }),
      ...(description === undefined || description === "" ? {} : { description: oneLine(description) }),
    }));
  }
}

/** What the name of a variable says about its value, where nothing else does. */
export function looksSecret(name: string): boolean {
  return /(KEY|TOKEN|SECRET|PASSW|PASS$|CREDENTIAL|AUTH(?!OR)|PRIVATE|DSN$)/.test(name);
}

/** Variables that every process has; a plugin's own setting of that name would change far more than the plugin. */
export const COMMON: ReadonlySet<string> = new Set([
  ..."PATH HOME USER SHELL TERM LANG PWD TMPDIR TEMP TMP HOSTNAME LOGNAME EDITOR DISPLAY NODE_OPTIONS".split(" "),
  ..."LD_PRELOAD LD_LIBRARY_PATH PYTHONPATH APPDATA LOCALAPPDATA USERPROFILE SYSTEMROOT COMSPEC PATHEXT".split(" "),
]);

/** `$ATK_PLUGIN_DIR`, in a spelling that what follows cannot change. */
export function inPlugin(next: string): string {
  return /^[A-Za-z0-9_]/.test(next) ? "${ATK_PLUGIN_DIR}" : "$ATK_PLUGIN_DIR";
}

/** Gives the text for one `${...}`, or undefined to leave it as it is; `rest` is what follows it. */
export type Replace = (inside: string, rest: string) => string | undefined;

/** A text with its `${...}` replaced. */
export function replaceBraces(text: string, replace: Replace): string {
  return text.replace(
    /\$\{([^{}]*)\}/g,
    (written: string, inside: string, at: number) => replace(inside, text.slice(at + written.length)) ?? written,
  );
}

/** @throws AtkError E_PLUGIN_INVALID for what cannot be the name of a variable. */
export function checkVariableName(name: string, part: Part): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
  throw part.fault("is not the name of an environment variable (letters, digits and underscores)");
}
