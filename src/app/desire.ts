import { AtkError } from "../core/errors.ts";
import type { PlanApproval } from "../core/plan.ts";
import type { Resource } from "../core/resource.ts";
import type { Lock, LockedPlugin } from "../manifest/lock.ts";
import type { Policy, When } from "../manifest/manifest.ts";
import { clientMapsOf } from "../kinds/client-maps.ts";
import { mergeShared } from "../kinds/merge-shared.ts";
import { joinCompiled, type Compiled, type Refusal, type Scene } from "../kinds/scene.ts";
import { compilePathEntries } from "./compile-paths.ts";
import { compilePlugin } from "./compile-plugin.ts";
import { compileDeclarations } from "./compile-declarations.ts";
import { notApproved, pendingApprovals } from "./approvals.ts";
import type { Context } from "./context.ts";
import { ignoresHere } from "./drift/ignores-here.ts";
import { isGood } from "./find-services.ts";
import type { GoodPlugin } from "./plugin-env.ts";
import { textDigest, type Inputs } from "./inputs.ts";
import { loadPlaced, type LoadedPlugin, type LoadOptions } from "./load-plugins.ts";
import type { PortPlan } from "../services/ports/assign-ports.ts";
import { machineNotices } from "./machines/machine-notices.ts";
import { asProblem, type Desired } from "./make-plan.ts";
import { pinDeclared, type DeclaredPins } from "./pins/pin-declared.ts";
import { preflightPlugin, preflightServer } from "./preflight.ts";
import { createScene } from "./scene.ts";
import { compileTimers } from "./timers/compile-timers.ts";
import { toolBudget } from "./tools/tool-budget.ts";

export interface Wish {
  readonly desired: Desired;
  /** The lock that belongs to it: entries of the manifest only, what was missing filled in. */
  readonly lock: Lock;
  readonly plugins: readonly LoadedPlugin[];
  /** Texts of dependency trees that this run has pinned, by their digests. */
  readonly trees: Readonly<Record<string, string>>;
  readonly pinnedServers: DeclaredPins;
  /** Absent when no plugin has a port. */
  readonly ports?: PortPlan;
}

/** What the manifest means on this machine. A fault of one entry makes that entry untouchable and no other. */
export async function desire(inputs: Inputs, options: LoadOptions, context: Context): Promise<Wish> {
  const [{ plugins, ports }, scene, pinnedServers] = await Promise.all([
    loadPlaced(inputs, options, context),
    createScene(inputs, context),
    pinDeclared(inputs, options.pins, context),
  ]);
  const { policy } = inputs.manifest;
  const active = (when: When | undefined): boolean => scene.matches(when);
  const parts = await Promise.all([
    ...plugins.map((plugin) =>
      compileLoaded(plugin, { active, agents: inputs.manifest.agents, policy, scene: scene.scene }, context),
    ),
    compileDeclarations(inputs, { active, pins: pinnedServers, scene: scene.scene }, context),
    compilePathEntries(inputs.manifest, active, scene.scene, context),
    compileTimers(inputs.manifest, active, context),
  ]);
  const compiled = joinCompiled(parts);
  const on = plugins.filter(isGood).filter(({ entry }) => entry.enabled && active(entry.when));
  const approvals = await pendingApprovals(on);
  // A frozen lock is not written to, so what it does not allow is not brought here at all.
  const isShut = options.frozen === true || options.unattended === true;
  const shut = new Set(isShut ? approvals.map(({ owner }) => owner) : []);
  const refusals = [...compiled.refusals, ...(isShut ? unapproved(on, approvals) : [])];
  const desired: Desired = {
    resources: refuseDoubles(mergeShared(compiled.resources.filter(({ owner }) => !shut.has(owner)))),
    refusals,
    ...(isShut ? {} : { approvals }),
    notices: [
      ...compiled.notices,
      ...(await machineNotices(inputs, context)),
      ...(await clientNotices(compiled.resources, scene.scene, context)),
    ],
    untouchable: new Set(refusals.filter((refusal) => refusal.whole).map((refusal) => refusal.owner)),
    on: new Set(plugins.filter(({ entry }) => entry.enabled && active(entry.when)).map(({ entry }) => entry.name)),
    preflight: preflightOf(plugins, inputs, context),
    ...(await toolBudget({ inputs, plugins, active }, context)),
    maps: clientMapsOf(scene.scene),
    ignores: ignoresHere(inputs, context),
    inputs: { manifest: textDigest(inputs.manifestText), lock: textDigest(inputs.lockText ?? "") },
  };
  return {
    desired,
    lock: lockOf(plugins, pinnedServers, inputs.formerly ?? inputs.lock),
    plugins,
    trees: { ...inputs.trees, ...treesOf(plugins, pinnedServers) },
    pinnedServers,
    ...(ports === undefined ? {} : { ports }),
  };
}

interface Stage {
  readonly active: (when: When | undefined) => boolean;
  readonly agents: readonly string[];
  readonly policy: Policy;
  readonly scene: Scene;
}

async function compileLoaded(
  plugin: LoadedPlugin,
  { active, agents, policy, scene }: Stage,
  context: Context,
): Promise<Compiled> {
  const { entry } = plugin;
  if (!active(entry.when)) return joinCompiled([]);
  if ("fault" in plugin) return { resources: [], refusals: [faultOf(entry.name, plugin.fault)], notices: [] };
  try {
    return await compilePlugin(plugin, { agents, policy }, scene, context);
  } catch (error) {
    if (error instanceof AtkError) return { resources: [], refusals: [faultOf(entry.name, error)], notices: [] };
    throw error;
  }
}

/** A frozen lock is not written to, so what it does not allow stays forbidden. */
function unapproved(plugins: readonly GoodPlugin[], approvals: readonly PlanApproval[]): readonly Refusal[] {
  const names = new Set(approvals.map(({ owner }) => owner));
  return plugins
    .filter(({ entry }) => names.has(entry.name))
    .map((plugin) => faultOf(plugin.entry.name, notApproved(plugin)));
}

function faultOf(owner: string, error: AtkError): Refusal {
  const first = error.problems[0];
  const problem = asProblem(error);
  const more = error.problems.map((each) => each.message).filter((each) => !error.message.includes(each));
  const message = more.length === 0 ? error.message : `${error.message}: ${more.join("; ")}`;
  const at = error.at ?? first?.at;
  return {
    address: `plugin.${owner}`,
    noun: "plugin",
    owner,
    agents: [],
    problem: { ...problem, message, ...(at === undefined ? {} : { at }) },
    whole: true,
  };
}

/** The same place wanted by two entries is a fault of the manifest. */
function refuseDoubles(resources: readonly Resource[]): readonly Resource[] {
  const addresses = new Map<string, Resource>();
  for (const resource of resources) {
    const other = addresses.get(resource.address);
    if (other !== undefined && other.owner !== resource.owner) {
      throw new AtkError("E_MANIFEST", `'${other.owner}' and '${resource.owner}' both want ${resource.address}`, {
        hint: "rename one of them, or disable one",
      });
    }
    addresses.set(resource.address, resource);
  }
  return resources;
}

function preflightOf(
  plugins: readonly LoadedPlugin[],
  inputs: Inputs,
  context: Context,
): NonNullable<Desired["preflight"]> {
  return async (owner, only) => {
    const plugin = plugins.find((each) => each.entry.name === owner);
    if (plugin !== undefined && !("fault" in plugin))
      return plugin.entry.enabled ? preflightPlugin(plugin, context, only) : undefined;
    const declared = inputs.manifest.servers[owner];
    return declared === undefined ? undefined : preflightServer(declared, context);
  };
}

function treesOf(plugins: readonly LoadedPlugin[], { trees }: DeclaredPins): Wish["trees"] {
  const ofPlugins = plugins.flatMap((plugin) => ("fault" in plugin ? [] : Object.entries(plugin.trees)));
  return { ...Object.fromEntries(ofPlugins), ...trees };
}

function lockOf(plugins: readonly LoadedPlugin[], { servers }: DeclaredPins, known: Lock): Lock {
  const entries = plugins.flatMap((plugin) => {
    const locked = "fault" in plugin ? known.plugins[plugin.entry.name] : withOwnTools(plugin);
    return locked === undefined ? [] : [[plugin.entry.name, locked] as const];
  });
  const own = Object.keys(servers).length === 0 ? {} : { servers };
  return { lockVersion: 1, plugins: Object.fromEntries(entries), ...own };
}

/** What was recorded of a server that the plugin no longer has is let go. */
function withOwnTools({ locked, definition }: Exclude<LoadedPlugin, { fault: unknown }>): LockedPlugin {
  const { tools, ...others } = locked;
  const ids = definition.plugin.servers.map(({ id }) => id);
  const own = Object.entries(tools ?? {}).filter(([id]) => ids.includes(id));
  if (tools === undefined || own.length === Object.keys(tools).length) return locked;
  return own.length === 0 ? others : { ...others, tools: Object.fromEntries(own) };
}

async function clientNotices(
  resources: readonly Resource[],
  scene: Scene,
  context: Context,
): Promise<Desired["notices"]> {
  const used = [
    ...new Set(resources.filter((resource) => resource.noun !== "plugin").flatMap((resource) => resource.agents)),
  ].sort();
  const project = scene.scope === "project" ? scene.directory : undefined;
  const host = { files: context.look.remembered, machine: context.host.machine };
  const found = await Promise.all(
    used.map(async (agent) => {
      const notices = (await scene.agents[agent]?.client.notices?.(host, project)) ?? [];
      return notices.map((notice) => ({ agent, ...notice }));
    }),
  );
  return found.flat();
}
