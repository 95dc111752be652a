import type { Host, Machine } from "../core/host.ts";
import { nodeFiles } from "./node-files.ts";
import { nodeMachine } from "./node-machine.ts";
import { nodePrograms } from "./node-programs.ts";
import { signatureOf } from "./signature.ts";

/** The real machine. What `overrides` names takes the place of the fact. @throws AtkError E_FILE when the working directory is gone. */
export function createNodeHost(overrides: Partial<Machine> = {}): Host {
  const machine = nodeMachine(overrides);
  return {
    files: nodeFiles(),
    programs: nodePrograms(machine),
    machine,
    now: () => new Date(),
    signature: signatureOf,
  };
}
