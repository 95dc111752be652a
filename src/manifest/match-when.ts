import type { Machine, Platform } from "../core/host.ts";
import type { When } from "./manifest.ts";

/** What conditions are held against; the tags come from the user's own settings and from the manifest's machines. */
export type MachineFacts = Pick<Machine, "platform" | "arch" | "hostname"> & {
  readonly tags: readonly string[];
  /** The name this machine was given, and those of the entries of `machines` that match it; see for-machine.ts. */
  readonly machines?: readonly string[];
};

export const OS_OF: Readonly<Record<Platform, "linux" | "darwin" | "windows">> = {
  linux: "linux",
  macos: "darwin",
  windows: "windows",
};

/** Whether every named condition holds on this machine; no conditions hold everywhere. More tags or names never make it false. */
export function matches(when: When | undefined, machine: MachineFacts): boolean {
  return unmetCondition(when, machine) === undefined;
}

/** The first condition that does not hold, to say why an entry is left out. */
export function unmetCondition(when: When | undefined, machine: MachineFacts): keyof When | undefined {
  if (when === undefined) return undefined;
  const { machines = [], tags } = machine;
  if (when.os !== undefined && !when.os.includes(OS_OF[machine.platform])) return "os";
  if (when.arch !== undefined && !when.arch.includes(machine.arch)) return "arch";
  if (when.host !== undefined && !when.host.some((name) => isHost(name, machine.hostname))) return "host";
  if (when.machine !== undefined && !when.machine.some((name) => machines.some((own) => isSame(name, own))))
    return "machine";
  if (when.tags !== undefined && !when.tags.some((tag) => tags.includes(tag))) return "tags";
  return undefined;
}

/** Names of machines do not know case, as host names do not. */
export function isSame(name: string, other: string): boolean {
  return name.toLowerCase() === other.toLowerCase();
}

/** A name without a domain means the machine in any domain; `*` stands for any text. */
function isHost(pattern: string, hostname: string): boolean {
  const [actual, wanted] = [hostname.toLowerCase(), pattern.toLowerCase()];
  return fits(wanted, actual) || (!wanted.includes(".") && fits(wanted, actual.split(".")[0] ?? ""));
}

function fits(pattern: string, text: string): boolean {
  const [head = "", ...others] = pattern.split("*");
  const tail = others.pop();
  if (tail === undefined) return pattern === text;
  if (!text.startsWith(head)) return false;
  let at = head.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - tail.length >= at && text.endsWith(tail);
}
