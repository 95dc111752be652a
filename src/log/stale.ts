import { AtkError } from "../core/errors.ts";
import type { Snapshot } from "./step.ts";

/** An E_STALE that names the path and says what changed there, without any of its content. */
export function staleError(path: string, expected: Snapshot, now: Snapshot | "other"): AtkError {
  return new AtkError(
    "E_STALE",
    `${path} changed since atk read it (${difference(expected, now)}); nothing was touched`,
    {
      at: { file: path },
      hint: "run the command again: it starts from what is there now",
    },
  );
}

function difference(expected: Snapshot, now: Snapshot | "other"): string {
  if (now !== "other" && expected.state === "file" && now.state === "file") return "another content";
  return `expected ${name(expected)}, found ${name(now)}`;
}

function name(snapshot: Snapshot | "other"): string {
  if (snapshot === "other") return "a directory or device";
  if (snapshot.state === "absent") return "nothing";
  return snapshot.state === "file" ? "a file" : `a link to ${snapshot.target}`;
}
