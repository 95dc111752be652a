import type { Context } from "../app/context.ts";
import type { TestResult } from "../app/test-servers.ts";
import { noteUnrecorded } from "./show-tool-check.ts";
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
