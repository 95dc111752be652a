import { PARTS_AT_ONCE, type Part, type Step, type Steps } from "../app/context.ts";
import { dim, type Session } from "./session.ts";

/** Shows parts of the work while they go on: drawn by listr2 on a terminal, one plain line each elsewhere. */
export function createStep(session: Session): Step {
  if (!session.drawsProgress) {
    return (title, work) => {
      session.say(dim(session, `  ${title}`));
      return work();
    };
  }
  return async <T>(title: string, work: () => Promise<T>): Promise<T> => drawn(title, work);
}

async function drawn<T>(title: string, work: () => Promise<T>): Promise<T> {
  const { Listr } = await import("listr2");
  const logger = await loggerOnStderr();
  const results: T[] = [];
  const task = { title, task: async (): Promise<void> => void results.push(await work()) };
  await new Listr([task], { registerSignalListeners: false, rendererOptions: { logger } }).run();
  return results[0] as T;
}

/** listr2 draws on stdout unless told otherwise, and stdout is for data. */
async function loggerOnStderr(): Promise<InstanceType<typeof import("listr2").ListrLogger>> {
  const { ListrLogger, ProcessOutput } = await import("listr2");
  return new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
}

/** Parts that go on at the same time, each with a line of its own on a terminal; nothing is said elsewhere. */
export function createSteps(session: Session): Steps | undefined {
  return session.drawsProgress ? drawnTogether : undefined;
}

async function drawnTogether<T>(parts: readonly Part<T>[]): Promise<readonly PromiseSettledResult<T>[]> {
  if (parts.length === 0) return [];
  const { Listr } = await import("listr2");
  const ends = new Map<Part<T>, PromiseSettledResult<T>>();
  const tasks = parts.map((part) => ({
    title: part.title,
    task: async (): Promise<void> => {
      const [end] = await Promise.allSettled([part.work()]);
      ends.set(part, end);
      if (end.status === "rejected") throw end.reason;
    },
  }));
  const logger = await loggerOnStderr();
  const options = { concurrent: PARTS_AT_ONCE, exitOnError: false, registerSignalListeners: false };
  await new Listr(tasks, { ...options, rendererOptions: { logger } }).run();
  return parts.flatMap((part) => ends.get(part) ?? []);
}
