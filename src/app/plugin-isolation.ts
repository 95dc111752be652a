import { dirname, join } from "node:path";
import type { JsonObject } from "../core/json.ts";
import type { Words } from "../core/resource.ts";
import { isolationOf } from "../services/isolation/declared-isolation.ts";
import type { Isolation } from "../services/isolation/isolation.ts";
import type { Surroundings } from "../services/isolation/isolate.ts";
import type { Inside } from "../services/service.ts";
import type { Context } from "./context.ts";
import type { GoodPlugin } from "./plugin-env.ts";
import { storeDirectory } from "./secrets.ts";
import { stateRoot } from "./workspace.ts";

/** How far a plugin is kept apart from the machine; undefined when neither it nor the manifest says anything, or the level is none. */
export function isolationFor({ definition, entry }: Pick<GoodPlugin, "definition" | "entry">): Isolation | undefined {
  const wish = isolationOf(definition.plugin.isolation, entry.isolation);
  return wish?.level === "none" ? undefined : wish;
}

/** The same as it is recorded, for what has to be done when nothing describes the plugin any more. */
export function recordedIsolation(plugin: Pick<GoodPlugin, "definition" | "entry">): {
  readonly isolation?: JsonObject;
} {
  const wish = isolationFor(plugin);
  return wish === undefined
    ? {}
    : { isolation: { ...wish, ...(wish.write === undefined ? {} : { write: [...wish.write] }) } as JsonObject };
}

export function fromRecord(isolation: JsonObject | undefined): Isolation | undefined {
  return isolation as unknown as Isolation | undefined;
}

export interface Place {
  readonly plugin: string;
  readonly directory: string;
  /** On top of the machine's environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** What runs commands of a plugin apart from the machine. @throws AtkError E_ENV when that is required and does not work here. */
export function insideOf(wish: Isolation | undefined, place: Place, context: Context): { readonly inside?: Inside } {
  // Windows has another shell, and nothing to keep it apart with; what is required is refused by the plan.
  const isInVain = context.host.machine.platform === "windows" && wish?.required !== true;
  if (wish === undefined || isInVain) return {};
  return { inside: (words, manner) => apart(words, { wish, manner, place }, context) };
}

interface Apart {
  readonly wish: Isolation;
  readonly manner: Surroundings["manner"];
  readonly place: Place;
}

async function apart(words: Words, { wish, manner, place }: Apart, context: Context): Promise<Words> {
  const [{ isolate }, { machineIsolation }, { prepareSandbox }, { refuseUnenforced }] = await Promise.all([
    import("../services/isolation/isolate.ts"),
    import("../services/isolation/machine-isolation.ts"),
    import("../services/isolation/prepare-sandbox.ts"),
    import("../services/isolation/refuse-below.ts"),
  ]);
  const { host } = context;
  const command = { ...words, cwd: place.directory, env: { ...host.machine.env, ...place.env } };
  const machine = await machineIsolation(host);
  const request = {
    plugin: place.directory,
    secret: await secretPlaces(context),
    keptHome: join(runDirectory(place.plugin, context), "home"),
  };
  const sandbox = await prepareSandbox(command, wish, request, host);
  const { command: program, args, notEnforced } = isolate(command, wish, { machine, sandbox, manner });
  if (wish.required) refuseUnenforced(notEnforced, machine);
  return { command: program, args };
}

/** For what belongs to one plugin on this machine alone: pid files, logs, its private home. */
export function runDirectory(plugin: string, { workspace }: Context): string {
  return join(workspace.stateDirectory, "services", plugin);
}

/** What a plugin in the sandbox never sees; its own folder is shown again. */
async function secretPlaces(context: Context): Promise<readonly string[]> {
  const { identityFile } = await import("../secrets/identity-file.ts");
  const { host, workspace } = context;
  const places = [storeDirectory(context), workspace.pluginsDirectory, stateRoot(host.machine)];
  return [...new Set([...places, workspace.cacheDirectory, dirname(identityFile(host.machine))])];
}
