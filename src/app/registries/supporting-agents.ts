import { clients } from "../../clients/index.generated.ts";
import type { Client } from "../../clients/client.ts";
import { AtkError } from "../../core/errors.ts";
import type { Provides, RegistryEntry } from "../../sources/registry-index.ts";

/**
 * Whether a client can use at least one thing that a plugin brings, as far as its index says what that is.
 * @throws AtkError E_USAGE for an unknown client.
 */
export function supportedBy(agent: string): (entry: Pick<RegistryEntry, "provides">) => boolean {
  const client = clientNamed(agent);
  return ({ provides = [] }) => provides.some((each) => canUse(client, each));
}

/** The client that a person has named. @throws AtkError E_USAGE when there is none of that name. */
export function clientNamed(agent: string): Client {
  const client = clients.find((each) => each.id === agent);
  if (client !== undefined) return client;
  throw new AtkError("E_USAGE", `--agent: there is no agent ${JSON.stringify(agent)}`, {
    hint: `one of: ${clients.map((each) => each.id).join(", ")}`,
  });
}

/** Ids of the clients that can use something of the plugin; undefined where its index does not say what it brings. */
export function supportingAgents(provides: readonly Provides[] | undefined): readonly string[] | undefined {
  return provides === undefined
    ? undefined
    : clients.filter((client) => provides.some((each) => canUse(client, each))).map((client) => client.id);
}

function canUse({ mcp, skills, instructions }: Client, provided: Provides): boolean {
  switch (provided) {
    case "skill":
      return skills !== undefined;
    case "instruction":
      return instructions !== undefined;
    case "service":
      return false;
    default:
      return mcp?.transports.includes(provided) ?? false;
  }
}
