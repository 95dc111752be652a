import { AtkError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import { canonical, type Json } from "../core/json.ts";
import { describeReference, type SecretReference } from "./reference.ts";
import type { SecretStore } from "./store.ts";

export interface ResolveDeps {
  readonly host: Host;
  /** See `openStore`; asked for `secret` references only. */
  readonly store: SecretStore;
  /** Folder of the manifest: relative files are in it, and commands run in it. */
  readonly baseDirectory: string;
}

export interface Resolver {
  /** As `resolveReference`; every reference is looked up once, also when several ask for it at the same moment. */
  resolve(reference: SecretReference): Promise<string>;
}

/** What lives as long as one run of atk: a password manager that asks for a finger asks once. Failures are remembered too. */
export function createResolver(deps: ResolveDeps): Resolver {
  const known = new Map<string, Promise<string>>();
  return {
    resolve(reference) {
      const key = canonical(reference as unknown as Json);
      const found = known.get(key) ?? resolveReference(reference, deps);
      known.set(key, found);
      return found;
    },
  };
}

/**
 * The value a reference stands for: never empty, without NUL. One line ending at the end is taken off (but for `secret` and `env`).
 * @throws AtkError E_ENV, E_PROGRAM, E_FILE, E_MANIFEST, E_NAME naming the reference, never a value.
 */
export async function resolveReference(reference: SecretReference, deps: ResolveDeps): Promise<string> {
  const value = await look(reference, deps);
  const what = describeReference(reference);
  if (value === "") throw new AtkError("E_ENV", `${what} is empty`, { hint: `give ${what} a value` });
  // No environment variable and no argument can hold it, and Node's own error about that quotes the value.
  if (value.includes("\0")) throw new AtkError("E_ENV", `${what} holds a NUL character: it is not text`);
  return value;
}

async function look(reference: SecretReference, { host, store, baseDirectory }: ResolveDeps): Promise<string> {
  if ("secret" in reference) return store.get(reference.secret);
  if ("env" in reference) return fromEnvironment(reference.env, host.machine.env);
  if ("file" in reference) {
    return (await import("./read-secret-file.ts")).readSecretFile(reference.file, baseDirectory, host);
  }
  if ("command" in reference) return (await import("./run-command.ts")).runCommand(reference, baseDirectory, host);
  return (await import("./keychain.ts")).readKeychain(reference, host);
}

function fromEnvironment(name: string, env: Readonly<Record<string, string | undefined>>): string {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value !== undefined && value !== "") return value;
  const found = value === "" ? "is empty" : "is not set";
  throw new AtkError("E_ENV", `the variable ${name} ${found}`, { hint: `set ${name} in the environment atk runs in` });
}
