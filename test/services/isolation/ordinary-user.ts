import { chmodSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../../../src/core/host.ts";
import type { Scratch } from "./scratch.ts";

const UID = 54_321;

/** The same machine, used by somebody who is not root: the kernel spares root some of its limits. */
export function asOrdinaryUser(host: Host): Host {
  if (process.getuid?.() !== 0) return host;
  const dropped = ["--reuid", `${UID}`, "--regid", `${UID}`, "--clear-groups", "--"];
  return {
    ...host,
    programs: {
      ...host.programs,
      run: ({ command, args = [], ...rest }) =>
        host.programs.run({ ...rest, command: "setpriv", args: [...dropped, command, ...args] }),
    },
  };
}

/** Lets that somebody into the scratch home. */
export function letIn(scratch: Scratch): void {
  for (const name of ["", ...readdirSync(scratch.root, { recursive: true, encoding: "utf8" })])
    chmodSync(join(scratch.root, name), 0o777);
}
