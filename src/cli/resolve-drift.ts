import { lookAgain, type Context } from "../app/context.ts";
import { prepareIgnore, STANDARD_DAYS } from "../app/drift/ignore.ts";
import { listDrift, type ListedEdit } from "../app/drift/list-drift.ts";
import { preparePromotion, type Answer } from "../app/drift/promote.ts";
import { prepareRevert } from "../app/drift/revert.ts";
import { AtkError } from "../core/errors.ts";
import { EXIT } from "../core/error-codes.ts";
import { answerDrift } from "./answer-drift.ts";
import { askChoice, askText } from "./ask.ts";
import type { Invocation } from "./command.ts";
import { painter } from "./paint.ts";
import type { Session } from "./session.ts";
import { showEdit } from "./show-drift.ts";
import { showError } from "./show-error.ts";

type Choice = "promote" | "revert" | "ignore" | "skip";

/** Asks about every open edit; gives how many were left without an answer. */
export async function resolveOneByOne(invocation: Invocation, session: Session, context: Context): Promise<number> {
  const { edits } = await listDrift(invocation.args, context);
  let left = 0;
  for (const edit of edits.filter(({ standing }) => standing !== "ignored")) {
    session.say(["", ...showEdit(edit, painter(session.color.stderr))].join("\n"));
    const isDone = await resolveOne(edit, invocation, session, lookAgain(context));
    if (!isDone) left += 1;
  }
  return left;
}

/** What cannot be done is said, and the next one is asked about. */
async function resolveOne(
  edit: ListedEdit,
  invocation: Invocation,
  session: Session,
  context: Context,
): Promise<boolean> {
  const choice = await choose(edit);
  if (choice === "skip") return false;
  try {
    const answer = await prepare(choice, edit, context);
    return (await answerDrift(answer, "Do this?", { invocation, session, context })) === EXIT.ok;
  } catch (error) {
    if (!(error instanceof AtkError) || error.code === "E_INTERRUPTED") throw error;
    session.say(showError(error, painter(session.color.stderr)));
    return false;
  }
}

function choose({ id, kind, answers }: ListedEdit): Promise<Choice> {
  const take = { value: "promote", label: "take it into the manifest" } as const;
  return askChoice<Choice>(id, [
    { value: "skip", label: "leave it in the list" },
    ...(answers.promote === undefined ? [] : [take]),
    { value: "revert", label: kind === "new" ? "take it away, keep a copy" : "put ours back, keep a copy" },
    { value: "ignore", label: "leave it alone until a day" },
  ]);
}

async function prepare(choice: Exclude<Choice, "skip">, { id, kind }: ListedEdit, context: Context): Promise<Answer> {
  if (choice === "promote") return preparePromotion([id], context);
  if (choice === "revert") return prepareRevert([id], { remove: kind === "new" }, context);
  const reason = await askText("Why?", (text) => (text.trim() === "" ? "a reason is needed" : undefined));
  const until = await askText(`Until which day? (2026-12-21 or 30d; Enter: ${STANDARD_DAYS} days)`, () => undefined);
  return prepareIgnore({ ids: [id], reason, until: until === "" ? undefined : until }, context);
}
