import { AtkError } from "../core/errors.ts";
import { findScript } from "../services/script/find-script.ts";
import { refuseUnapproved } from "./approvals.ts";
import type { Context } from "./context.ts";
import { findServices } from "./find-services.ts";
import { handOver } from "./hand-over.ts";
import { lifecycleEnvironment } from "./lifecycle-environment.ts";

export interface ScriptCall {
  readonly plugin: string;
  readonly script: string;
  readonly args: readonly string[];
}

/** Runs a script of a plugin in its folder: same stdin, stdout and stderr, its exit code. @throws AtkError as findScript */
export async function runScript({ plugin: name, script, args }: ScriptCall, context: Context): Promise<number> {
  if (name === "" || script === "") throw new AtkError("E_USAGE", "name a plugin and a script of it");
  const [plugin] = await findServices({ names: [name], all: false }, context);
  if (plugin === undefined) return 0;
  refuseUnapproved([plugin]);
  const { host } = context;
  const command = await findScript(plugin.directory, script, host.files);
  const env = { ...host.machine.env, ...(await lifecycleEnvironment(plugin, context)) };
  return handOver({ command, args, cwd: plugin.directory, env });
}
