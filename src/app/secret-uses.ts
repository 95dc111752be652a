import type { Manifest, ManifestValue, SecretsIn } from "../manifest/manifest.ts";

/** A place in the manifest that names a secret of the home's own store. */
export interface SecretUse {
  readonly kind: "plugin" | "mcp_server";
  readonly entry: string;
  /** The variable or the header that gets the value. */
  readonly variable: string;
  readonly secret: string;
  /** inline: the files of its agents hold the value. */
  readonly delivery: SecretsIn;
}

/**
 * Every reference `{ secret: NAME }` of a manifest as it is written, in its order: of disabled entries, and of other machines too.
 * Each once.
 */
export function secretUses({ plugins, servers, machines }: Manifest): readonly SecretUse[] {
  const ofPlugins = plugins.flatMap(({ name, env, secrets }) =>
    [env, ...machines.map((machine) => machine.plugins[name]?.env ?? {})].flatMap((values) =>
      usesIn(values, { kind: "plugin", entry: name, delivery: secrets }),
    ),
  );
  const ofServers = Object.entries(servers).flatMap(([entry, server]) => {
    const isRemote = "url" in server;
    const elsewhere = machines.map((machine) => machine.servers[entry]?.[isRemote ? "headers" : "env"] ?? {});
    return [isRemote ? server.headers : server.env, ...elsewhere].flatMap((values) =>
      usesIn(values, { kind: "mcp_server", entry, delivery: server.secrets }),
    );
  });
  const byPlace = new Map(
    [...ofPlugins, ...ofServers].map((use) => [JSON.stringify([use.kind, use.entry, use.variable, use.secret]), use]),
  );
  return [...byPlace.values()];
}

function usesIn(
  values: Readonly<Record<string, ManifestValue>>,
  owner: Pick<SecretUse, "kind" | "entry" | "delivery">,
): readonly SecretUse[] {
  return Object.entries(values).flatMap(([variable, value]) =>
    typeof value === "string" || !("secret" in value) ? [] : [{ ...owner, variable, secret: value.secret }],
  );
}

/** The entries that use one secret, each once. */
export function usersOf(name: string, uses: readonly SecretUse[]): readonly string[] {
  return [...new Set(uses.filter(({ secret }) => secret === name).map(({ entry }) => entry))];
}
