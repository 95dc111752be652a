import { AtkError } from "../core/errors.ts";
import { locatorKey } from "../core/resource.ts";
import { refuseUnapproved } from "./approvals.ts";
import { lookAgain, type Context } from "./context.ts";
import { stopOne } from "./control-services.ts";
import { findPlugins } from "./find-services.ts";
import { commandSurroundings } from "./install-resource.ts";
import { finishOpenWork, withHomeLock } from "./open-work.ts";
import type { GoodPlugin } from "./plugin-env.ts";
import { recordApplied } from "./record-applied.ts";
import { originOf } from "./run-event.ts";
import { runLifecycle } from "./run-lifecycle.ts";
import { hasService, serviceOf } from "./service-spec.ts";
import { rememberSettled } from "./settled.ts";
import { readState, replaceState } from "./state-store.ts";

export interface Uninstalled {
  readonly name: string;
  /** undefined: the plugin has no uninstall command, so nothing was done. */
  readonly outcome: "uninstalled" | "undefined" | "declined";
}

/**
 * Runs the uninstall command of a plugin, its service stopped first, and forgets that its install command was run. Its files and its
 * entry stay. `approve` gets the command.
 * @throws AtkError E_SERVICE when the command fails; it counts as installed then; E_APPROVAL
 */
export async function uninstallPlugin(
  name: string,
  approve: (line: string) => Promise<boolean>,
  context: Context,
): Promise<Uninstalled> {
  const line = await lineOf(name, context);
  if (line === undefined) return { name, outcome: "undefined" };
  if (!(await approve(line))) return { name, outcome: "declined" };
  return withHomeLock(context, `Uninstall '${name}'`, async () => {
    await finishOpenWork(context);
    const fresh = lookAgain(context);
    const plugin = await pluginNamed(name, fresh);
    await stopFirst(plugin, fresh);
    await runUninstall(plugin, line, fresh);
    await forgetInstall(plugin, fresh);
    const changes = [{ address: `install.${plugin.entry.name}`, verdict: "delete" }];
    const event = { label: `Uninstall '${plugin.entry.name}'`, ...originOf(fresh), changes };
    await recordApplied(event, fresh, "command");
    await rememberSettled(fresh);
    return { name: plugin.entry.name, outcome: "uninstalled" };
  });
}

async function lineOf(name: string, context: Context): Promise<string | undefined> {
  const plugin = await pluginNamed(name, context);
  refuseUnapproved([plugin]);
  return plugin.definition.plugin.lifecycle.uninstall;
}

async function pluginNamed(name: string, context: Context): Promise<GoodPlugin> {
  const [plugin] = await findPlugins({ names: [name], all: false }, context);
  if (plugin === undefined) throw new AtkError("E_PLUGIN_NOT_FOUND", `there is no plugin ${JSON.stringify(name)}`);
  return plugin;
}

async function stopFirst(plugin: GoodPlugin, context: Context): Promise<void> {
  if (!hasService(plugin)) return;
  const stop = async (): Promise<unknown> =>
    stopOne({ plugin, service: await serviceOf(plugin, context) }, { talk: () => () => undefined }, context);
  await context.step(`Stop ${plugin.entry.name}`, stop).catch((error: unknown) => {
    if (!(error instanceof AtkError) || error.code === "E_INTERRUPTED") throw error;
    context.tell({ type: "warning", message: error.message });
  });
}

async function runUninstall(plugin: GoodPlugin, line: string, context: Context): Promise<void> {
  const { entry, directory } = plugin;
  const surroundings = () => commandSurroundings(plugin, context);
  await runLifecycle({ owner: entry.name, line, cwd: directory, surroundings }, context).catch((error: unknown) => {
    if (!(error instanceof AtkError) || error.code !== "E_COMMAND") throw error;
    throw new AtkError("E_SERVICE", error.message, {
      hint: `run it by hand in ${directory} to see more`,
      cause: error,
    });
  });
}

async function forgetInstall({ entry }: GoodPlugin, { host, workspace }: Context): Promise<void> {
  const state = await readState(host.files, workspace);
  const { [locatorKey({ kind: "command", id: entry.name })]: known, ...resources } = state.resources;
  if (known !== undefined) await replaceState({ ...state, resources }, host.files, workspace);
}
