import { locatorKey, type Resource } from "../core/resource.ts";
import type { Recorded } from "../core/state.ts";
import type { ServiceResult } from "./control-services.ts";
import type { Context } from "./context.ts";
import { withHomeLock } from "./open-work.ts";
import type { GoodPlugin } from "./plugin-env.ts";
import { serviceResource } from "./service-resource.ts";
import { readState, replaceState } from "./state-store.ts";

/**
 * Remembers how to stop what `atk start` started, so that it does not go on when its plugin is removed or disabled. What
 * `service:` in the manifest governs is remembered by apply.
 */
export async function rememberByHand(
  results: readonly ServiceResult[],
  plugins: readonly GoodPlugin[],
  context: Context,
): Promise<void> {
  const moved = plugins.filter(
    ({ entry }) => entry.service === undefined && outcomeOf(entry.name, results) !== undefined,
  );
  if (moved.length === 0) return;
  const records = await Promise.all(
    moved.map(async (plugin) => [keyOf(plugin), await recordOf(plugin, results, context)] as const),
  );
  await withHomeLock(context, "Remember what was started", async () => {
    const { files } = context.host;
    const state = await readState(files, context.workspace);
    const resources: Record<string, Recorded> = { ...state.resources };
    for (const [key, record] of records) {
      if (record !== undefined) resources[key] = record;
      else if (resources[key]?.byHand === true) delete resources[key];
    }
    await replaceState({ ...state, resources }, files, context.workspace);
  });
}

function outcomeOf(name: string, results: readonly ServiceResult[]): "runs" | "stopped" | undefined {
  const { outcome, problem } = results.find((result) => result.name === name) ?? {};
  if (problem?.code === "E_APPROVAL") return undefined;
  if (outcome === "stopped") return "stopped";
  // One that failed may have left something running.
  return outcome === "started" || outcome === "restarted" || outcome === "failed" ? "runs" : undefined;
}

async function recordOf(
  plugin: GoodPlugin,
  results: readonly ServiceResult[],
  context: Context,
): Promise<Recorded | undefined> {
  const { name } = plugin.entry;
  if (outcomeOf(name, results) === "stopped") return undefined;
  const [resource] = await serviceResource({ ...plugin, entry: { ...plugin.entry, service: "running" } }, context);
  return resource?.content.kind === "service" ? recorded(resource, resource.content) : undefined;
}

function recorded(
  { address, noun, owner, agents, locator }: Resource,
  { digest, stop }: Extract<Resource["content"], { kind: "service" }>,
): Recorded {
  return { address, noun, owner, agents, locator, digest, origin: "created", service: stop, byHand: true };
}

function keyOf({ entry }: GoodPlugin): string {
  return locatorKey({ kind: "service", id: entry.name });
}
