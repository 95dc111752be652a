import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { AtkError } from "../../core/errors.ts";
import type { Machine } from "../../core/host.ts";
import type { ServiceDriver, ServiceSpec } from "../service.ts";
import { RULES, type ProcessDefinition, type Rules } from "./handover.ts";
import { observeProcess } from "./observe-process.ts";

export interface ProcessDriverOptions {
  /** Path of the supervisor's program, a file of JavaScript that needs no other. */
  readonly supervisor: string;
  /** What must not be seen in the output of a service. Default: nothing. */
  readonly hide?: (spec: ServiceSpec<ProcessDefinition>) => readonly string[];
  readonly rules?: Partial<Rules>;
}

/**
 * Runs a plain command as a service: for each service a small supervisor of its own starts it again, bounds its log and ends with it.
 * No process is there when no service is. Works on Linux and macOS.
 */
export function createProcessDriver(options: ProcessDriverOptions): ServiceDriver<ProcessDefinition> {
  const { supervisor, hide = () => [] } = options;
  const rules = { ...RULES, ...options.rules };
  return {
    type: "process",
    async start(spec, { machine }) {
      refuseWindows(spec, machine);
      if (observeProcess(spec.runDirectory).state === "running") return;
      const { startProcess } = await import("./start-process.ts");
      await startProcess({ spec, machine, supervisor, rules, hide: hide(spec) });
    },
    stop,
    observe: async ({ runDirectory }) => observeProcess(runDirectory),
    async logs(spec, _host, log, talk) {
      const { showLogs } = await import("./show-logs.ts");
      await showLogs(spec.runDirectory, log, hide(spec), talk);
    },
  };
}

async function stop(spec: ServiceSpec<ProcessDefinition>): Promise<void> {
  const { stopProcess } = await import("./stop-process.ts");
  await stopProcess(spec);
}

/** Where the build puts the supervisor's program: beside the file that this becomes part of. (scripts/build.mjs) */
export function supervisorProgram(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const beside = join(here, "supervise.js");
  // Run from the sources (tests), it is where the build has put it.
  return existsSync(beside) ? beside : join(here, "../../../dist/supervise.js");
}

/** The driver of the installed atk. */
export const processDriver: ServiceDriver<ProcessDefinition> = createProcessDriver({ supervisor: supervisorProgram() });

/** It has no process groups and no signals that a program could answer. */
function refuseWindows({ plugin }: ServiceSpec, { platform }: Machine): void {
  if (platform !== "windows") return;
  throw new AtkError("E_SERVICE", `cannot start ${plugin}: services of type process need Linux or macOS`, {
    hint: "give the plugin a service of type docker",
  });
}
