import type { Server, Value } from "../../core/server.ts";
import type { ManifestValue } from "../../manifest/manifest.ts";
import { isSecretName } from "../../secrets/names.ts";
import { isClearSecret, secretsInWords } from "./secret-words.ts";

/** A secret that stands in clear in a client's file, and its name in the store from now on. */
export interface TakenSecret {
  readonly name: string;
  readonly value: string;
  /** The variable or header that has it. */
  readonly variable: string;
}

/** Names of the store, with their values as far as they can be opened here, and those that were taken already. */
export type NamedValues = Map<string, string | undefined>;

export interface WithoutSecrets {
  /** Its variables or headers as a manifest may say them. */
  readonly values: Readonly<Record<string, ManifestValue>>;
  readonly taken: readonly TakenSecret[];
}

/** The values of a server with what is secret put under names; `known` gets the new ones. */
export function takeSecrets(server: Server, known: NamedValues): WithoutSecrets {
  const found = Object.entries(server.transport === "stdio" ? server.env : server.headers);
  const taken: TakenSecret[] = [];
  const values = found.map(([variable, value]): readonly [string, ManifestValue] => {
    if (typeof value !== "string" || !isClearSecret(variable, value)) return [variable, asWritten(value)];
    const { prefix, secret } = apart(value);
    const name = nameFor(server, variable, secret, known);
    known.set(name, secret);
    taken.push({ name, value: secret, variable });
    return [variable, { secret: name, ...(prefix === "" ? {} : { prefix }) }];
  });
  return { values: Object.fromEntries(values), taken };
}

/** Whether a secret stands where a manifest can only have text: in the command, its arguments or the address. */
export function hasSecretInWords(server: Server): boolean {
  return secretsInWords(server.transport === "stdio" ? [server.command, ...server.args] : [server.url]);
}

function asWritten(value: Value): ManifestValue {
  return typeof value === "string" ? value : { ...value };
}

/** `Bearer` and its like are no secret. */
function apart(value: string): { readonly prefix: string; readonly secret: string } {
  const [, prefix = "", secret = value] = /^((?:Bearer|Basic|Token|Bot|ApiKey) +)(\S.*)$/is.exec(value) ?? [];
  return { prefix, secret };
}

function nameFor(server: Server, variable: string, value: string, known: NamedValues): string {
  const own = server.id.toUpperCase().replaceAll("-", "_");
  const word = /^authorization$/i.test(variable) ? "TOKEN" : variable.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_");
  const plain = server.transport === "stdio" && isSecretName(variable) ? [variable] : [];
  const letterFirst = /^[A-Z_]/.test(own) ? own : `S_${own}`;
  const choices = [...plain, `${letterFirst}_${word}`];
  const free = choices.find((name) => !known.has(name) || known.get(name) === value);
  if (free !== undefined) return free;
  for (let number = 2; ; number++) {
    const name = `${letterFirst}_${word}_${number}`;
    if (!known.has(name) || known.get(name) === value) return name;
  }
}
