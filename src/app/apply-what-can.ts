import { dirname } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Change } from "../core/plan.ts";
import type { Locator } from "../core/resource.ts";
import { applyTasks, type Applied, type ApplyRequest } from "./apply-plan.ts";
import type { Choice } from "./choose-tasks.ts";
import { lookAgain, type Context } from "./context.ts";
import { asProblem } from "./make-plan.ts";
import type { Task } from "./next-state.ts";

export interface Outcome {
  readonly applied: Applied;
  readonly left: readonly Change[];
}

/**
 * Applies the tasks; when a client's file turns out not to be writable (read-only, no permission), that client is left out and
 * the others go on. Staging fails before anything is visible, so leaving out and starting again is safe.
 * @throws AtkError for everything that is not one file's own fault, such as a full disk
 */
export async function applyWhatCan(
  request: Omit<ApplyRequest, "tasks">,
  { tasks, left }: Choice,
  context: Context,
): Promise<Outcome> {
  try {
    return { applied: await applyTasks({ ...request, tasks }, context), left };
  } catch (error) {
    const [stuck, others] = split(tasks, error);
    if (!(error instanceof AtkError) || stuck.length === 0) throw error;
    const blocked = stuck.map(({ item }): Change => ({
      ...item.change,
      verdict: "blocked",
      problem: asProblem(error),
    }));
    if (others.length === 0 && request.extra.length === 0) throw error;
    return applyWhatCan(request, { tasks: others, left: [...left, ...blocked] }, lookAgain(context));
  }
}

function split(tasks: readonly Task[], error: unknown): readonly [readonly Task[], readonly Task[]] {
  const file = error instanceof AtkError && error.code === "E_FILE" && !isFullDisk(error) ? error.at?.file : undefined;
  if (file === undefined) return [[], tasks];
  const exact = tasks.filter(({ item }) => fileOf(item.change.locator) === file);
  const stuck = exact.length > 0 ? exact : tasks.filter(({ item }) => isIn(dirname(file), item.change.locator));
  return [stuck, tasks.filter((task) => !stuck.includes(task))];
}

function isFullDisk({ cause }: AtkError): boolean {
  return ["ENOSPC", "EDQUOT"].includes((cause as { code?: string } | undefined)?.code ?? "");
}

function fileOf(locator: Locator): string | undefined {
  return "file" in locator ? locator.file : undefined;
}

function isIn(folder: string, locator: Locator): boolean {
  const file = fileOf(locator);
  return file !== undefined && dirname(file) === folder;
}
