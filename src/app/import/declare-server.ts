import { equal, type Json, type JsonObject } from "../../core/json.ts";
import type { Server } from "../../core/server.ts";
import type { WithoutSecrets } from "./take-secrets.ts";

/** A server as it is written in a manifest. `agents` is left out where it is the manifest's own. */
export function declareServer(
  server: Server,
  { values, taken }: WithoutSecrets,
  { agents, standard }: { readonly agents: readonly string[]; readonly standard: readonly string[] },
): JsonObject {
  const isStandard = equal([...agents].sort(), [...new Set(standard)].sort());
  return {
    ...(server.transport === "stdio" ? localWords(server, values) : remoteWords(server, values)),
    ...(isStandard ? {} : { agents: [...agents] }),
    // As it stands in the file. The launcher is a second step: atk secret adopt.
    ...(taken.length === 0 ? {} : { secrets: "inline" }),
  };
}

type Local = Extract<Server, { transport: "stdio" }>;

function localWords({ command, args, cwd }: Local, values: WithoutSecrets["values"]): JsonObject {
  return {
    command,
    ...(args.length === 0 ? {} : { args: [...args] }),
    ...(Object.keys(values).length === 0 ? {} : { env: values as Json }),
    ...(cwd === undefined ? {} : { cwd }),
  };
}

function remoteWords({ url, transport }: Exclude<Server, Local>, values: WithoutSecrets["values"]): JsonObject {
  return {
    url,
    ...(transport === "http" ? {} : { transport }),
    ...(Object.keys(values).length === 0 ? {} : { headers: values as Json }),
  };
}
