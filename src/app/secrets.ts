import { join } from "node:path";
import type { SecretReference } from "../core/secret-reference.ts";
import type { KeptValue } from "../manifest/kept-value.ts";
import type { Resolver } from "../secrets/resolver.ts";
import type { SecretStore } from "../secrets/store.ts";
import type { Context } from "./context.ts";
import { homeDirectory } from "./workspace.ts";

export interface Secrets extends Resolver {
  readonly store: SecretStore;
  /** Absolute path of the store; it may not exist yet. */
  readonly file: string;
}

const opened = new WeakMap<Context["host"], Promise<Secrets>>();

/** Where values are looked up in this run: a password manager that asks for a finger asks once. */
export function secretsOf(context: Context): Promise<Secrets> {
  const known = opened.get(context.host) ?? open(context);
  opened.set(context.host, known);
  return known;
}

async function open(context: Context): Promise<Secrets> {
  const { host, workspace } = context;
  const [{ createResolver }, { openStore }] = await Promise.all([
    import("../secrets/resolver.ts"),
    import("../secrets/store.ts"),
  ]);
  const directory = storeDirectory(context);
  const store = openStore({ directory, host });
  const { resolve } = createResolver({ host, store, baseDirectory: workspace.directory });
  return { resolve, store, file: join(directory, "secrets.yaml") };
}

/** A project has no secrets of its own: its repository is read by more people than its user's home. */
export function storeDirectory({ host, workspace }: Context): string {
  return workspace.scope === "user"
    ? workspace.directory
    : homeDirectory(host.machine, undefined, workspace.settings.home);
}

/** The value with its prefix. @throws AtkError as `resolveReference`, naming the reference and never a value */
export async function lookUp({ prefix = "", ...reference }: KeptValue, context: Context): Promise<string> {
  const fresh = "secret" in reference ? context.newSecrets?.get(reference.secret) : undefined;
  if (fresh !== undefined) return prefix + fresh;
  const { resolve } = await secretsOf(context);
  return prefix + (await resolve(reference as SecretReference));
}

/** Whether a kept value can be expected to be there, without looking it up: only the home's own store tells by itself. */
export async function isThere(value: KeptValue, context: Context): Promise<boolean> {
  if (!("secret" in value) || context.newSecrets?.has(value.secret) === true) return true;
  const { store } = await secretsOf(context);
  return (await store.names()).includes(value.secret);
}
