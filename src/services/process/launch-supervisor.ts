import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { AtkError } from "../../core/errors.ts";
import type { Handover, Reply } from "./handover.ts";

/**
 * Starts a supervisor that outlives us, tells it what to do, and gives its reply. The handover goes through its standard input.
 * @throws AtkError E_SERVICE when it ends without a word.
 */
export async function launchSupervisor(program: string, handover: Handover, env: NodeJS.ProcessEnv): Promise<Reply> {
  if (!existsSync(program))
    throw new AtkError("E_SERVICE", `cannot start ${handover.plugin}: its supervisor is missing`, {
      at: { file: program },
      hint: "install atk again",
    });
  // The name of the plugin is for people who look at `ps`.
  const child = spawn(process.execPath, [program, handover.plugin], {
    cwd: handover.runDirectory,
    env: withoutNodeOptions(env),
    detached: true,
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin?.on("error", () => undefined).end(JSON.stringify(handover));
  const said = await textOf(child);
  child.unref();
  const reply = parseReply(said);
  if (reply !== undefined) return reply;
  throw new AtkError("E_SERVICE", `cannot start ${handover.plugin}: its supervisor ended without a word`, {
    at: { file: program },
  });
}

/** NODE_OPTIONS may load a program's own code, or wait for a debugger. */
function withoutNodeOptions(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("NODE_")));
}

/** The first line it says; what it said at all when it ends before that. */
async function textOf(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  let text = "";
  return new Promise((resolve) => {
    const done = (): void => {
      stdout?.destroy();
      resolve(text);
    };
    child.once("error", done);
    stdout
      ?.setEncoding("utf8")
      .on("data", (chunk: string) => {
        text += chunk;
        if (text.endsWith("\n")) done();
      })
      .once("end", done)
      .once("error", done);
  });
}

function parseReply(text: string): Reply | undefined {
  try {
    return JSON.parse(text) as Reply;
  } catch {
    return undefined;
  }
}
