import type { Context } from "../app/context.ts";
import type { TestResult } from "../app/test-servers.ts";
import { noteToolCheck, noteUnrecorded } from "./show-tool-check.ts";
import { painter } from "./paint.ts";
import type { Options } from "./command.ts";
import { commitText } from "./commit-text.ts";
import type { Session } from "./session.ts";

/** Writes what servers said to the lock and beside it; what policy refuses is left out, and said. */
export async function recordAnswers(
  results: readonly TestResult[],
  options: Options,
  { session, context }: { readonly session: Session; readonly context: Context },
): Promise<void> {
  const answered = results.filter((each) => each.ok);
  const kept = answered.filter(({ check }) => check.findingsAre !== "deny");
  for (const { server } of answered.filter((each) => !kept.includes(each)))
    session.say(noteUnrecorded(server, painter(session.color.stderr)));
  if (kept.length === 0) return;
  const { change } = await import("../app/change.ts");
  const { recordTools } = await import("../app/tools/record-tools.ts");
  const outcome = await change(
    {
      selection: { names: [] },
      message: `Record the tools of ${kept.map(({ server }) => server).join(", ")}`,
      decisions: {},
      filesOnly: true,
      dryRun: options.flag("dryRun"),
      edit: (inputs) => recordTools(inputs, kept),
      approve: async () => true,
    },
    context,
  );
  if (outcome.outcome === "applied") session.say(`Recorded.${commitText(outcome)}`);
  if (outcome.outcome === "nothing") session.say("Recorded already, and nothing has changed.");
}

const TIMEOUT_MS = 60_000;

/**
 * Starts the servers of these entries and records those that never were; what was recorded before is compared, and not accepted anew by the way.
 * Gives 0, or the code of what did not answer or is refused.
 */
export async function recordNew(
  names: readonly string[],
  options: Options,
  place: { readonly session: Session; readonly context: Context },
): Promise<number> {
  const { session, context } = place;
  const { testServers } = await import("../app/test-servers.ts");
  const { exitOfResults } = await import("../app/tools/check-recorded-tools.ts");
  const request = { names, timeoutMs: TIMEOUT_MS, signal: session.interruption() };
  const results = await context.step("Ask the servers for their tools", () => testServers(request, context));
  const paint = painter(session.color.stderr);
  for (const line of results.flatMap((each) => noteToolCheck(each, paint))) session.say(line);
  await recordAnswers(
    results.filter((each) => each.ok && !each.check.recorded),
    options,
    place,
  );
  return exitOfResults(results, { isRecording: false });
}
