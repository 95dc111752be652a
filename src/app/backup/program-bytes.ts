import { spawn, type ChildProcess } from "node:child_process";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Bytes } from "../../backup/archive/streams.ts";
import { AtkError } from "../../core/errors.ts";
import type { Context } from "../context.ts";

const LAST_BYTES = 2000;

/** What a program prints, as bytes. @throws AtkError E_COMMAND when it fails, at the end */
export async function* readProgram(command: string, args: readonly string[], { host }: Context): Bytes {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: host.machine.env as NodeJS.ProcessEnv });
  const ended = endOf(child, [command, ...args]);
  try {
    for await (const chunk of child.stdout) yield chunk as Uint8Array;
    await ended;
  } finally {
    child.kill();
    await ended.catch(() => undefined);
  }
}

/** Gives bytes to a program's standard input. @throws AtkError E_COMMAND when it fails; what giving them throws, as it is */
export async function feedProgram(
  command: string,
  args: readonly string[],
  bytes: Bytes,
  { host }: Context,
): Promise<void> {
  const child = spawn(command, args, { stdio: ["pipe", "ignore", "pipe"], env: host.machine.env as NodeJS.ProcessEnv });
  const ended = endOf(child, [command, ...args]);
  ended.catch(() => undefined);
  try {
    await pipeline(Readable.from(bytes, { objectMode: false }), child.stdin);
  } catch (error) {
    child.kill();
    // A program that failed does not take what it is given: why it did says more.
    await ended;
    throw error;
  }
  await ended;
}

function endOf(child: ChildProcess & { readonly stderr: Readable }, words: readonly string[]): Promise<void> {
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (said = (said + text).slice(-LAST_BYTES)));
  return new Promise((resolve, reject) => {
    const failed = (why: string): void => {
      const last = said.trim().split("\n").at(-1) ?? "";
      reject(new AtkError("E_COMMAND", `'${words.join(" ")}' ${why}${last === "" ? "" : `: ${last}`}`));
    };
    child.once("error", (error) => failed(`could not be started: ${error.message}`));
    child.once("close", (code) => {
      if (code === 0) resolve();
      else failed(code === null ? "was ended" : `ended with exit code ${code}`);
    });
  });
}
