import { AtkError, showPlace } from "../../src/core/errors.ts";

/** What a user would see of an error: its message, then each problem with its place and hint. Fails when nothing is thrown. */
export function report(run: () => unknown): string {
  const error = thrownBy(run);
  const lines = error.problems.flatMap(({ at, message, hint }) => [
    `${at === undefined ? "?" : showPlace(at)}: ${message}`,
    ...(hint === undefined ? [] : [`    ${hint}`]),
  ]);
  return [`${error.code} ${error.message}`, ...lines].join("\n");
}

/** The AtkError of a call; anything else that is thrown is a bug and fails the test. */
export function thrownBy(run: () => unknown): AtkError {
  try {
    run();
  } catch (error) {
    if (error instanceof AtkError) return error;
    throw error;
  }
  throw new Error("expected an AtkError, but nothing was thrown");
}
