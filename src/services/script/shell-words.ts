import type { Words } from "../../core/resource.ts";
import type { Inside } from "../service.ts";

export interface ShellLine {
  readonly text: string;
  readonly inside?: Inside | undefined;
  /** true: what it leaves in the background must not end with who started it. */
  readonly mayLeave?: boolean | undefined;
}

/** How a line for the shell is spawned: inside something the shell is a program like others. */
export async function shellWords({ text, inside, mayLeave }: ShellLine): Promise<Words & { readonly shell: boolean }> {
  if (inside === undefined) return { command: text, args: [], shell: true };
  const words = await inside({ command: "/bin/sh", args: ["-c", text] }, mayLeave ? "service" : "script");
  return { ...words, shell: false };
}
