import { AtkError } from "../core/errors.ts";

/** Of a secret and of a machine. Without quotes in YAML it is always a text, but for the words below. */
export const NAME_PATTERN = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
export const MAX_NAME_LENGTH = 128;

const YAML_WORDS = /^(true|false|null)$/i;
const RULE = "a letter or _, then letters, digits, _, . and -, at most 128 characters, not true, false or null";

export function isSecretName(name: string): boolean {
  return NAME_PATTERN.test(name) && name.length <= MAX_NAME_LENGTH && !YAML_WORDS.test(name);
}

/** @throws AtkError E_NAME saying what is allowed. `noun`: "secret", "machine". */
export function checkName(name: string, noun: string): void {
  if (isSecretName(name)) return;
  throw new AtkError("E_NAME", `${shown(name)} cannot be the name of a ${noun}: expected ${RULE}`);
}

/** A host name as a name for a machine: "7f3a.local" gives "m-7f3a.local"; "machine" where nothing is left. */
export function machineNameOf(hostname: string): string {
  const name = hostname.replaceAll(/[^A-Za-z0-9_.-]+/g, "-").replaceAll(/^[-.]+|[-.]+$/g, "");
  const short = (/^[A-Za-z_]/.test(name) ? name : `m-${name}`).slice(0, MAX_NAME_LENGTH);
  return name !== "" && isSecretName(short) ? short : "machine";
}

/** A name from a file as it may stand in a message. */
export function shown(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}...` : name);
}
