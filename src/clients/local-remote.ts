import type { JsonObject } from "../core/json.ts";
import type { Server } from "../core/server.ts";
import type { McpSupport } from "./client.ts";
import { CURLY } from "./expansions.ts";
import { cwdFaults, expansionFaults, plainFaults, referenceFaults } from "./faults.ts";
import { refer, spellValues, unlessEmpty } from "./spell.ts";

/** How opencode and its descendants write an entry: `type: local | remote`, the command as one list, `environment`. */
export function localRemote(client: string): Pick<McpSupport, "spell" | "owned" | "defaults" | "check" | "reference"> {
  return {
    spell,
    owned: ["type", "command", "environment", "url", "headers", "enabled"],
    defaults: { environment: {}, headers: {}, enabled: true },
    check: (server) => [
      ...plainFaults(server),
      ...referenceFaults(client, server, ["env", "headers"]),
      ...expansionFaults(client, server, [CURLY]),
      ...cwdFaults(client, server),
    ],
    reference: { in: ["env", "headers"] },
  };
}

function spell(server: Server): JsonObject {
  if (server.transport === "stdio") {
    const environment = unlessEmpty("environment", spellValues(server.env, refer.envCurly));
    return { type: "local", command: [server.command, ...server.args], ...environment, enabled: true };
  }
  const headers = unlessEmpty("headers", spellValues(server.headers, refer.envCurly));
  return { type: "remote", url: server.url, ...headers, enabled: true };
}
