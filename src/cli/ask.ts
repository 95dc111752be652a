import type { Resolution } from "../app/next-state.ts";
import { AtkError } from "../core/errors.ts";
import type { Change } from "../core/plan.ts";

/** Asks on the terminal; stopping there is an interruption. */
export async function askYesNo(question: string): Promise<boolean> {
  const { confirm, isCancel } = await import("@clack/prompts");
  const answer = await confirm({ message: question, initialValue: false, output: process.stderr });
  if (isCancel(answer)) throw new AtkError("E_INTERRUPTED", "stopped at the question; nothing was changed");
  return answer;
}

/** Asks for a value and shows nothing of it. */
export async function askSecret(question: string): Promise<string> {
  const { isCancel, password } = await import("@clack/prompts");
  const answer = await password({ message: question, output: process.stderr });
  if (isCancel(answer)) throw new AtkError("E_INTERRUPTED", "stopped at the question; nothing was changed");
  return answer;
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

/** A value that is not shown while it is typed. */
export async function askHidden(question: string): Promise<string> {
  const { isCancel, password } = await import("@clack/prompts");
  const answer = await password({ message: question, output: process.stderr });
  if (isCancel(answer)) throw new AtkError("E_INTERRUPTED", "stopped at the question; nothing was changed");
  return answer ?? "";
}
