import type { Committed } from "../app/commit-written.ts";
import type { SecretSet } from "../app/secret-set.ts";
import type { SecretUse } from "../app/secret-uses.ts";
import { printable } from "./paint.ts";
import type { Session } from "./session.ts";

/** What was done with a value: for whom it is encrypted, and who has to start anew to see it. */
export function showSet(done: SecretSet): string {
  const { name, machines, replaced, usedBy, newIdentity } = done;
  const lines = [
    `${replaced ? "New value of" : "Set"} ${name}, encrypted for ${countOf(machines.length, "machine")}: ${machines.join(", ")}`,
  ];
  if (newIdentity !== undefined)
    lines.push(
      `This machine's identity is in ${printable(newIdentity)} (only you can read it; it is not in git).`,
      "  Keep a copy in a safe place: without it, or another machine with access, nobody can open your secrets.",
    );
  if (!done.readableHere) lines.push("! This machine is none of them and cannot read it: atk secret request");
  return [...lines, ...restarts(usedBy, replaced)].join("\n");
}

function restarts(usedBy: readonly SecretUse[], replaced: boolean): readonly string[] {
  if (!replaced || usedBy.length === 0) return [];
  const inline = entriesOf(usedBy.filter(({ delivery }) => delivery === "inline"));
  const others = entriesOf(usedBy.filter(({ delivery }) => delivery !== "inline"));
  return [
    ...(others.length === 0
      ? []
      : [
          "No file of an agent changes. Servers get the new value at their next start: restart in your agents",
          `  ${others.join(", ")}`,
        ]),
    ...(inline.length === 0
      ? []
      : [`! The files of agents hold the old value in clear for ${inline.join(", ")}: atk apply`]),
  ];
}

const entriesOf = (uses: readonly SecretUse[]) => [...new Set(uses.map(({ entry }) => printable(entry)))];

export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export function sayCommitted(committed: Committed | undefined, session: Session): void {
  if (committed === undefined) return;
  const pushed = committed.pushed === "pushed" ? " and pushed" : "";
  session.say(`Committed ${committed.commit.slice(0, 7)}${pushed}: ${committed.message}`);
}
