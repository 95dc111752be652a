import { machineIsolation, type MachineIsolation } from "../../../services/isolation/machine-isolation.ts";
import type { Check } from "../check.ts";
import type { Answer } from "../finding.ts";

/** How far plugins' scripts and services can be kept apart from the rest of this machine. */
export const isolation: Check = {
  id: "isolation",
  title: "Isolation",
  about: "machine",
  async examine(host) {
    const machine = await machineIsolation(host);
    return [
      summary(machine),
      ...machine.shortcomings.map(({ about, message, fix }): Answer => {
        const detail = `${LOST[about]}: ${message}`;
        return { subject: about, state: "info", detail, ...(fix === undefined ? {} : { fix }) };
      }),
    ];
  },
};

const LEVELS = {
  sandbox: "the level 'sandbox' works: plugins that ask for it write only in their own folder and do not see your home",
  limits:
    "the level 'limits' works: plugins that ask for it get a limit of memory, but can read and write what you can",
  none: "none: the scripts and services of plugins can do what you can",
} as const;

function summary({ level, shortcomings }: MachineIsolation): Answer {
  return { state: shortcomings.length === 0 ? "ok" : "info", detail: LEVELS[level] };
}

const LOST = {
  files: "files are not kept apart",
  network: "the network cannot be cut off",
  memory: "no limit of memory for all processes of a plugin together",
  processes: "no limit of the number of processes everywhere",
  cpu: "no limit of the processor",
} as const;
