import { lstatSync, type Stats } from "node:fs";

/**
 * What the system says of a path, for telling whether it was touched since: another text means that it was, or may have been.
 * Nobody sets the time of the last change (ctime) to what they like. Synchronous: thousands of these take milliseconds.
 */
export function stampOf(path: string): string {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    return stats === undefined ? "absent" : textOf(stats);
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "fault";
  }
}

function textOf({ mode, size, mtimeMs, ctimeMs }: Stats): string {
  return `${mode} ${size} ${mtimeMs} ${ctimeMs}`;
}
