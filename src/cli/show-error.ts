import { AtkError, showPlace, type Problem } from "../core/errors.ts";
import { ERRORS } from "../core/error-codes.ts";
import { printable, type Paint } from "./paint.ts";

/** An error for people: what, where, and what to run next. */
export function showError(error: unknown, paint: Paint): string {
  if (!(error instanceof AtkError)) return showBug(error, paint);
  const where =
    error.at === undefined || error.message.includes(showPlace(error.at)) ? "" : ` (${showPlace(error.at)})`;
  const lines = [`${paint("red", "error:")} ${printable(error.message)}${printable(where)}`];
  for (const problem of error.problems) lines.push(...showProblem(problem));
  if (error.hint !== undefined) lines.push(`${paint("cyan", "next:")} ${printable(error.hint)}`);
  return lines.join("\n");
}

function showProblem(problem: Problem): readonly string[] {
  const place = problem.at === undefined ? "" : `${showPlace(problem.at)}: `;
  const lines = [printable(`  ${place}${problem.message}`)];
  if (problem.hint !== undefined) lines.push(printable(`      ${problem.hint}`));
  return lines;
}

function showBug(error: unknown, paint: Paint): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `${paint("red", "this is a bug in atk:")} ${printable(stack)}`;
}

/** The same for programs: `{ "error": { code, title, message, exit_code, at?, hint?, problems? } }`. */
export function errorJson(error: unknown): unknown {
  if (!(error instanceof AtkError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { error: { code: "E_BUG", title: "a bug in atk", message, exit_code: 1 } };
  }
  const { code, message, at, hint, problems } = error;
  return {
    error: {
      code,
      title: ERRORS[code].title,
      message,
      exit_code: error.exitCode,
      ...(at === undefined ? {} : { at }),
      ...(hint === undefined ? {} : { hint }),
      ...(problems.length === 0 ? {} : { problems }),
    },
  };
}
