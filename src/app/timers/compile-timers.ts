import { basename, delimiter, dirname, isAbsolute, join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import { locatorKey, type Resource, type TimerKnowledge } from "../../core/resource.ts";
import { joinCompiled, type Compiled } from "../../kinds/scene.ts";
import type { Manifest, When } from "../../manifest/manifest.ts";
import { chooseManager } from "../../timers/choose-manager.ts";
import { parseSchedule } from "../../timers/parse-schedule.ts";
import { timersFolder } from "../../timers/run-record.ts";
import { ticksOf, type Ticks } from "../../timers/ticks.ts";
import type { TimerManager, TimerWish } from "../../timers/timer-manager.ts";
import { timersOf, type Timer } from "../../timers/timers-of.ts";
import type { Context } from "../context.ts";
import { asProblem } from "../make-plan.ts";
import { bundled } from "../plugin-source.ts";
import { readState } from "../state-store.ts";

/** What the manifest wants to be done by the clock on this machine, each as a resource. Only a home has timers. */
export async function compileTimers(
  manifest: Manifest,
  active: (when: When | undefined) => boolean,
  context: Context,
): Promise<Compiled> {
  const timers = timersOf(manifest, active);
  if (timers.length === 0) return joinCompiled([]);
  if (context.workspace.scope === "project") return joinCompiled([{ ...NOTHING, notices: timers.map(notHere) }]);
  const { resources } = await readState(context.look.remembered, context.workspace);
  const parts = timers.map(async (timer) => {
    const used = resources[locatorKey({ kind: "timer", id: timer.id })]?.timer;
    try {
      return { ...NOTHING, resources: [await resourceOf(timer, used, context)] };
    } catch (error) {
      if (error instanceof AtkError) return { ...NOTHING, refusals: [refusalOf(timer, error)] };
      throw error;
    }
  });
  return joinCompiled(await Promise.all(parts));
}

const NOTHING: Compiled = { resources: [], refusals: [], notices: [] };

function notHere({ owner, id }: Timer): Compiled["notices"][number] {
  return { owner, message: `the timer ${id} is left out: a project has none`, hint: "declare it in the home: atk -g" };
}

function refusalOf({ id, owner }: Timer, error: AtkError): Compiled["refusals"][number] {
  return { address: `timer.${id}`, noun: "timer", owner, agents: [], problem: asProblem(error) };
}

async function resourceOf(timer: Timer, used: TimerKnowledge | undefined, context: Context): Promise<Resource> {
  const { host } = context;
  const { id, owner, schedule, words } = timer;
  const ticks = ticksOf(parseSchedule(schedule));
  const manager = await chooseManager(host, used?.manager);
  const known = { used, manager, ticks };
  const knowledge = await knowledgeOf(timer, known, context);
  const wish = wishOf(id, knowledge, ticks, context);
  return {
    address: `timer.${id}`,
    noun: "timer",
    owner,
    agents: [],
    locator: { kind: "timer", id },
    summary: `${manager.id}, ${schedule}: atk ${words.join(" ")}`,
    content: {
      kind: "timer",
      text: JSON.stringify([manager.id, manager.describe(wish), words, knowledge.everyMinutes ?? null]),
      observe: () => observed(knowledge, used, { manager, wish }, context),
      timer: knowledge,
    },
  };
}

interface Known {
  readonly used: TimerKnowledge | undefined;
  readonly manager: TimerManager;
  readonly ticks: Ticks;
}

async function knowledgeOf(
  { id, schedule, words }: Timer,
  { used, manager, ticks }: Known,
  context: Context,
): Promise<TimerKnowledge> {
  const { workspace, host } = context;
  return {
    manager: manager.id,
    name: `atk-${basename(workspace.stateDirectory).slice(0, 8)}-${id}`,
    program: await programOf(used?.program, context),
    words,
    schedule,
    ...(ticks.everyMinutes === undefined ? {} : { everyMinutes: ticks.everyMinutes }),
    path: searchPath(host.machine.env["PATH"] ?? ""),
  };
}

/** The one that was used before stays as long as it is there: two shells with different versions of Node want the same timer. */
async function programOf(
  used: readonly string[] | undefined,
  { host, workspace }: Context,
): Promise<readonly string[]> {
  const isThere = async (path: string): Promise<boolean> => (await host.files.stat(path)) !== undefined;
  if (used !== undefined && (await Promise.all(used.map(isThere))).every(Boolean)) return used;
  const launcher = workspace.settings.launcher ?? [];
  if (launcher.length > 0 && isAbsolute(launcher[0] ?? "")) return launcher;
  const installed = await host.programs.find("atk");
  // `atk` of a package manager is a script that looks for node on PATH, which a timer may not find.
  const script = installed === undefined ? undefined : await host.files.realPath(installed);
  const isScript = script?.endsWith(".js") === true && installed !== undefined;
  if (installed !== undefined && !isScript) return [installed];
  return [process.execPath, isScript ? installed : bundled("dist/main.js")];
}

/** What is on PATH only inside of a project or of a run of npx is gone when the timer comes. */
function searchPath(path: string): string {
  const folders = path
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && !/[/\\](node_modules|_npx)[/\\]/.test(folder));
  return [...new Set([...folders, dirname(process.execPath)])].join(delimiter);
}

/** The manager is told only what nobody has to hide: where the home is, and which timer it is. */
export function wishOf(
  id: string,
  { name, program, schedule }: TimerKnowledge,
  ticks: Ticks,
  { host, workspace }: Context,
): TimerWish {
  const variables = ["XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"].flatMap((variable) => {
    const value = host.machine.env[variable];
    return value === undefined || !isAbsolute(value) ? [] : [`${variable}=${value}`];
  });
  const environment = [`ATK_HOME=${workspace.directory}`, ...variables];
  const command = ["/usr/bin/env", ...environment, ...program, "timers", "run", id, "--scheduled"];
  const description = `atk ${id} (${schedule}) of ${workspace.directory}`;
  return { name, description, ticks, command, directory: timersFolder(workspace.stateDirectory) };
}

/** What is there; nothing when a run was killed while it was set up: then it is set up again. */
async function observed(
  { name, words, everyMinutes }: TimerKnowledge,
  used: TimerKnowledge | undefined,
  { manager, wish }: { readonly manager: TimerManager; readonly wish: TimerWish },
  context: Context,
): Promise<string | undefined> {
  if ((await context.host.files.stat(pendingFile(name, context))) !== undefined) return undefined;
  const text = await manager.observe(wish, context.host);
  // What the system is not told stands in the state alone.
  const own = used === undefined ? [words, everyMinutes ?? null] : [used.words, used.everyMinutes ?? null];
  return text === undefined ? undefined : JSON.stringify([manager.id, text, ...own]);
}

/** Is there while a timer is set up. */
export function pendingFile(name: string, { workspace }: Context): string {
  return join(timersFolder(workspace.stateDirectory), `${name}.pending`);
}
