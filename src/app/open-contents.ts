import { AtkError } from "../core/errors.ts";
import type { Change } from "../core/plan.ts";
import type { Choice } from "./choose-tasks.ts";
import type { Context } from "./context.ts";
import type { LoadedPlugin } from "./load-plugins.ts";
import { asProblem } from "./make-plan.ts";
import type { Task } from "./next-state.ts";
import { isFetched } from "./plugin-source.ts";

/**
 * Opens the content of everything that is going to be written, fetching what is not on this machine, several at once. An entry
 * whose content cannot be had is left alone as a whole; the others go on.
 */
export async function openContents(
  choice: Choice,
  plugins: readonly LoadedPlugin[],
  context: Context,
): Promise<Choice> {
  const owners = [...new Set(choice.tasks.filter(needsContent).map(({ item }) => item.change.owner))];
  const isAway = await Promise.all(owners.map((owner) => mustFetch(owner, plugins, context)));
  const away = owners.filter((_owner, index) => isAway[index]);
  const here = owners.filter((_owner, index) => !isAway[index]);
  const parts = away.map((owner) => ({ title: `Fetch ${owner}`, work: () => openAll(owner, choice.tasks) }));
  const ends = [
    ...(await context.steps(parts)),
    ...(await Promise.allSettled(here.map((owner) => openAll(owner, choice.tasks)))),
  ];
  const faults = faultsOf([...away, ...here], ends);
  return faults.size === 0 ? choice : without(faults, choice);
}

async function mustFetch(owner: string, plugins: readonly LoadedPlugin[], context: Context): Promise<boolean> {
  const plugin = plugins.find(({ entry }) => entry.name === owner);
  if (plugin === undefined || "fault" in plugin) return false;
  const { isRemote } = await import("../sources/offline.ts");
  return isRemote(plugin.entry.source) && !(await isFetched(plugin.locked, context));
}

function faultsOf(
  owners: readonly string[],
  ends: readonly PromiseSettledResult<void>[],
): ReadonlyMap<string, AtkError> {
  const faults = new Map<string, AtkError>();
  for (const [index, end] of ends.entries()) {
    if (end.status === "fulfilled") continue;
    if (!(end.reason instanceof AtkError)) throw end.reason;
    faults.set(owners[index] ?? "", end.reason);
  }
  return faults;
}

/** What is taken away needs no content. */
function needsContent({ item }: Task): boolean {
  const { verdict } = item.change;
  return (
    item.restore === undefined && item.resource?.content.kind === "tree" && verdict !== "noop" && verdict !== "forget"
  );
}

async function openAll(owner: string, tasks: readonly Task[]): Promise<void> {
  const own = tasks.filter((task) => needsContent(task) && task.item.change.owner === owner);
  for (const { item } of own) if (item.resource?.content.kind === "tree") await item.resource.content.open();
}

function without(faults: ReadonlyMap<string, AtkError>, { tasks, left }: Choice): Choice {
  const isStuck = ({ item }: Task): boolean => faults.has(item.change.owner);
  const blocked = tasks.filter(isStuck).map(({ item }): Change => {
    const fault = faults.get(item.change.owner);
    return fault === undefined ? item.change : { ...item.change, verdict: "blocked", problem: problemOf(fault) };
  });
  return { tasks: tasks.filter((task) => !isStuck(task)), left: [...left, ...blocked] };
}

function problemOf(fault: AtkError): NonNullable<Change["problem"]> {
  const what = fault.problems.map(({ message }) => message).join("; ");
  return { ...asProblem(fault), message: what === "" ? fault.message : `${fault.message}: ${what}` };
}
