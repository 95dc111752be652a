import type { KnownSecret } from "../secrets/scan/known-secrets.ts";
import type { Context } from "./context.ts";
import { isGood } from "./find-services.ts";
import { readInputs } from "./inputs.ts";
import { loadPlugins } from "./load-plugins.ts";
import { dotenvOf } from "./plugin-env.ts";
import { secretsOf } from "./secrets.ts";

/** Shorter ones stand in ordinary words. */
const LEAST_DECLARED = 6;
/** A value that nobody has declared secret may be anything: only what is long enough to be a key is looked for. */
const LEAST_UNDECLARED = 16;

/** Secrets that plugins have in their `.env` on this machine, by the name of the variable. Asks no other program. */
export async function valuesInDotenv(context: Context): Promise<readonly KnownSecret[]> {
  const inputs = await readInputs(context);
  const plugins = await loadPlugins(inputs, { readOnly: true, offline: true }, context);
  const values = plugins.filter(isGood).map(async (plugin): Promise<readonly KnownSecret[]> => {
    const declared = new Map(plugin.definition.plugin.envVars.map((variable) => [variable.name, variable.secret]));
    const dotenv = await dotenvOf(plugin, context);
    return Object.entries(dotenv).flatMap(([name, value]) => {
      const least = declared.get(name) === undefined ? LEAST_UNDECLARED : LEAST_DECLARED;
      return declared.get(name) === false || value.length < least ? [] : [{ name, value }];
    });
  });
  return (await Promise.all(values)).flat();
}

/** What this machine can open of the home's own store. */
export async function valuesInStore(context: Context): Promise<readonly KnownSecret[]> {
  const { store } = await secretsOf(context);
  const opened: KnownSecret[] = [];
  for (const name of await store.names()) {
    // Another machine's secrets cannot be looked for here.
    const value = await store.get(name).catch(() => "");
    if (value.length >= LEAST_DECLARED) opened.push({ name, value });
  }
  return opened;
}

/** Both. */
export async function valuesOfHome(context: Context): Promise<readonly KnownSecret[]> {
  return [...(await valuesInDotenv(context)), ...(await valuesInStore(context))];
}
