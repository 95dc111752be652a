import { AtkError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { Resource } from "../core/resource.ts";
import type { ServiceSpec } from "../services/service.ts";
import { isAllowed } from "./approvals.ts";
import type { Context } from "./context.ts";
import { environmentText } from "./environment-file.ts";
import { join } from "node:path";
import type { GoodPlugin } from "./plugin-env.ts";
import { recordedIsolation } from "./plugin-isolation.ts";
import { hasService, serviceOf, type KnownService } from "./service-spec.ts";
import { observeService } from "./service-state.ts";

/** The service of a plugin as a state to be in, where the manifest names one. @throws AtkError E_PLUGIN_INVALID when it has none */
export async function serviceResource(plugin: GoodPlugin, context: Context): Promise<readonly Resource[]> {
  const { name, service: wants } = plugin.entry;
  if (wants === undefined) return [];
  if (!hasService(plugin))
    throw new AtkError("E_PLUGIN_INVALID", `${name} has no service that could be ${wants}`, {
      at: { file: context.workspace.manifestFile },
      hint: `take \`service: ${wants}\` out of the entry`,
    });
  const known = await serviceOf(plugin, context, false);
  let seen: Promise<string> | undefined;
  return [
    {
      address: `service.${name}`,
      noun: "service",
      owner: name,
      agents: [],
      locator: { kind: "service", id: name },
      content: {
        kind: "service",
        wants,
        digest: wants === "stopped" ? context.digest("stopped") : await runningDigest(plugin, context),
        // Its probes may look where it shall be, not where it is; only who cannot tell otherwise is asked through them.
        observe: () => (seen ??= isAllowed(plugin) ? stateOf(known, context) : Promise.resolve("unknown")),
        stop: { ...stopKnowledge(known.spec), ...recordedIsolation(plugin) },
      },
    },
  ];
}

async function stateOf(known: KnownService, context: Context): Promise<string> {
  const { state } = await observeService({ ...known, checks: [] }, context);
  return state === "unknown" ? (await observeService(known, context)).state : state;
}

/** Values that are kept elsewhere count by where they are kept: when one rotates, `atk restart` is the user's word. */
async function runningDigest(plugin: GoodPlugin, context: Context): Promise<string> {
  const { entry, locked, definition, directory, assigned } = plugin;
  const { service, lifecycle, envVars } = definition.plugin;
  const dotenv = await environmentText(entry.name, join(directory, ".env"), context);
  const isolation = Object.values(recordedIsolation(plugin));
  const parts = [locked.integrity, service, lifecycle, envVars, entry.env, assigned, dotenv, ...isolation];
  return context.digest(JSON.stringify(parts.map((part) => part ?? null)));
}

function stopKnowledge({
  home,
  directory,
  runDirectory,
  definition,
  commands,
}: ServiceSpec): Extract<Resource["content"], { kind: "service" }>["stop"] {
  const { type } = definition;
  const named: JsonObject =
    type === "docker-compose" || type === "systemd" || type === "launchd"
      ? { ...definition }
      : type === "process"
        ? { type, stopGraceMs: definition.stopGraceMs }
        : { type };
  return {
    home,
    directory,
    runDirectory,
    definition: named,
    ...(commands.stop === undefined ? {} : { stop: commands.stop }),
  };
}
