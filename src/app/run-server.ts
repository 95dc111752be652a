import { spawn } from "node:child_process";
import { constants } from "node:os";
import { AtkError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import { createContext } from "./context.ts";
import { serverSpecs } from "./server-specs.ts";
import { findWorkspace } from "./workspace.ts";

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const;

/**
 * Replaces this process by a server as far as a client can tell: same stdin, stdout and stderr (the very descriptors, so not a byte
 * is touched), signals forwarded, its exit code. Values are passed in the environment only.
 */
export async function runServer(
  id: string,
  session: { readonly host: Host; readonly global: boolean },
): Promise<number> {
  const workspace = await findWorkspace(session.host, { global: session.global });
  const context = await createContext(session.host, workspace, () => undefined);
  const specs = await serverSpecs([id], context);
  const spec = specs.find((each) => "server" in each && each.server.id === id) ?? specs[0];
  if (spec === undefined) throw new AtkError("E_PLUGIN_NOT_FOUND", `there is no server '${id}'`);
  if ("fault" in spec) throw spec.fault;
  if (spec.server.transport !== "stdio")
    throw new AtkError("E_USAGE", `${id} is reached by URL: there is nothing to start`);
  if (spec.missing.length > 0) {
    throw new AtkError("E_ENV", `${id} needs ${spec.missing.join(", ")}`, { hint: spec.hint });
  }
  const { command, args, cwd } = spec.server;
  return handOver({ command, args, cwd, env: { ...session.host.machine.env, ...spec.env } });
}

interface Start {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

function handOver({ command, args, cwd, env }: Start): Promise<number> {
  const child = spawn(command, args, { stdio: "inherit", env, ...(cwd === undefined ? {} : { cwd }) });
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once("error", (cause: NodeJS.ErrnoException) => {
      reject(
        new AtkError("E_PROGRAM", `the program '${command}' could not be started: ${cause.code ?? cause.message}`, {
          cause,
        }),
      );
    });
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  });
}
