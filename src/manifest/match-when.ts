import type { Machine, Platform } from "../core/host.ts";
import type { When } from "./manifest.ts";

/** What conditions are held against; the tags come from the user's own settings. */
export type MachineFacts = Pick<Machine, "platform" | "arch" | "hostname"> & {
  readonly tags: readonly string[];
};

const OS_OF: Readonly<Record<Platform, "linux" | "darwin" | "windows">> = {
  linux: "linux",
  macos: "darwin",
  windows: "windows",
};

/** Whether every named condition holds on this machine; no conditions hold everywhere. */
export function matches(when: When | undefined, machine: MachineFacts): boolean {
  return unmetCondition(when, machine) === undefined;
}

/** The first condition that does not hold, to say why an entry is left out. */
export function unmetCondition(when: When | undefined, machine: MachineFacts): keyof When | undefined {
  if (when === undefined) return undefined;
  if (when.os !== undefined && !when.os.includes(OS_OF[machine.platform])) return "os";
  if (when.arch !== undefined && !when.arch.includes(machine.arch)) return "arch";
  if (when.host !== undefined && !when.host.some((name) => isHost(name, machine.hostname))) return "host";
  if (when.tags !== undefined && !when.tags.some((tag) => machine.tags.includes(tag))) return "tags";
  return undefined;
}

/** Host names do not know case; a name without a domain means the machine in any domain. */
function isHost(name: string, hostname: string): boolean {
  const wanted = name.toLowerCase();
  const actual = hostname.toLowerCase();
  return wanted === actual || (!wanted.includes(".") && wanted === actual.split(".")[0]);
}
