import type { Resolution } from "../app/next-state.ts";
import { AtkError } from "../core/errors.ts";
import type { Change } from "../core/plan.ts";
import type { Question } from "../app/sync/questions.ts";
import { printable } from "./paint.ts";

/** Asks on the terminal; stopping there is an interruption. */
export async function askYesNo(question: string): Promise<boolean> {
  const { confirm, isCancel } = await import("@clack/prompts");
  const answer = await confirm({ message: question, initialValue: false, output: process.stderr });
  if (isCancel(answer)) throw new AtkError("E_INTERRUPTED", "stopped at the question; nothing was changed");
  return answer;
}

/** What is wrong with an answer; undefined: nothing. An empty answer is asked about too. */
export type Check = (answer: string) => string | undefined;

/** Asks for a value and shows nothing of it. */
export async function askSecret(question: string, check: Check = () => undefined): Promise<string> {
  const { isCancel, password } = await import("@clack/prompts");
  const validate = (answer = ""): string | undefined => check(answer);
  const answer: unknown = await password({ message: question, validate, output: process.stderr });
  if (isCancel(answer)) throw new AtkError("E_INTERRUPTED", "stopped at the question; nothing was changed");
  // Enter alone gives no text at all.
  return typeof answer === "string" ? answer : "";
}

/** Asks for a value that everybody may see; the empty text for Enter alone. */
export async function askText(question: string, check: Check): Promise<string> {
  const { isCancel, text } = await import("@clack/prompts");
  const validate = (answer = ""): string | undefined => check(answer);
  const answer: unknown = await text({ message: question, validate, output: process.stderr });
  if (isCancel(answer)) throw new AtkError("E_INTERRUPTED", "stopped at the question; nothing was changed");
  return typeof answer === "string" ? answer : "";
}

/** One of several; the first one is where the cursor is. */
export async function askChoice<T extends string>(
  message: string,
  choices: readonly { readonly value: T; readonly label: string }[],
): Promise<T> {
  const { isCancel, select } = await import("@clack/prompts");
  const options = choices.map(({ value, label }) => ({ value: value as string, label }));
  const answer = await select<string>({ message, output: process.stderr, options });
  if (isCancel(answer))
    throw new AtkError("E_INTERRUPTED", "stopped at the question; what was answered before is done");
  return answer as T;
}

/** What to do about an entry that somebody else changed or put there. */
export async function askAbout(change: Change): Promise<Resolution | undefined> {
  const { isCancel, select } = await import("@clack/prompts");
  const drifted = change.verdict === "drifted";
  const answer = await select<Resolution | "skip">({
    message: `${change.address}: ${change.problem?.message ?? "is different"}`,
    output: process.stderr,
    options: drifted
      ? [
          { value: "keep", label: "keep theirs" },
          { value: "overwrite", label: "take ours" },
          { value: "backup", label: "take ours, keep a copy of theirs" },
        ]
      : [
          { value: "skip", label: "leave it alone" },
          { value: "take-over", label: "take over, keep a copy" },
        ],
  });
  if (isCancel(answer)) throw new AtkError("E_INTERRUPTED", "stopped at the question; nothing was changed");
  return answer === "skip" ? undefined : answer;
}

/** Which of two values is right. */
export async function askSide(question: Question): Promise<"ours" | "theirs"> {
  const { isCancel, select } = await import("@clack/prompts");
  const { lineOf } = await import("../app/sync/questions.ts");
  const answer = await select<"ours" | "theirs">({
    message: `${question.id} was changed here and at the remote`,
    output: process.stderr,
    options: [
      { value: "ours", label: `here: ${printable(lineOf(question.ours))}` },
      { value: "theirs", label: `at the remote: ${printable(lineOf(question.theirs))}` },
    ],
  });
  if (isCancel(answer)) throw new AtkError("E_INTERRUPTED", "stopped at the question; nothing was changed");
  return answer;
}
