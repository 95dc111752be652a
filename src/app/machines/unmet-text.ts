import type { When } from "../../manifest/manifest.ts";
import { OS_OF, type MachineFacts } from "../../manifest/match-when.ts";

/** Why a condition does not hold, in a few words: `os is linux, not windows`. */
export function unmetText(when: When, unmet: keyof When, machine: MachineFacts): string {
  const wanted = (when[unmet] ?? []).join(" or ");
  switch (unmet) {
    case "os":
      return `os is ${OS_OF[machine.platform]}, not ${wanted}`;
    case "arch":
      return `arch is ${machine.arch}, not ${wanted}`;
    case "host":
      return `host is ${machine.hostname}, not ${wanted}`;
    case "machine":
      return `machine is ${(machine.machines ?? []).join(", ")}, not ${wanted}`;
    case "tags":
      return `no tag ${wanted}`;
  }
}
