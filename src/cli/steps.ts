import type { Step } from "../app/context.ts";
import { dim, type Session } from "./session.ts";

/** Shows parts of the work while they go on: drawn by listr2 on a terminal, one plain line each elsewhere. */
export function createSteps(session: Session): Step {
  if (!session.drawsProgress) {
    return (title, work) => {
      session.say(dim(session, `  ${title}`));
      return work();
    };
  }
  return async <T>(title: string, work: () => Promise<T>): Promise<T> => drawn(title, work);
}

async function drawn<T>(title: string, work: () => Promise<T>): Promise<T> {
  const { Listr, ListrLogger, ProcessOutput } = await import("listr2");
  // listr2 draws on stdout unless told otherwise, and stdout is for data.
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  const results: T[] = [];
  const task = { title, task: async (): Promise<void> => void results.push(await work()) };
  await new Listr([task], { registerSignalListeners: false, rendererOptions: { logger } }).run();
  return results[0] as T;
}
