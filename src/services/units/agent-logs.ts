import { AtkError } from "../../core/errors.ts";
import type { Host, RunResult } from "../../core/host.ts";
import { lastWords } from "../containers/last-words.ts";
import type { LogOptions, Talk } from "../service.ts";
import { judgeAgent, type Agent } from "./agent-state.ts";
import { plistFile, type AgentSpec } from "./launch-agent.ts";
import { askAgent } from "./launchctl.ts";
import { followUntilDown } from "./until-down.ts";

const ASK_LIMIT_MS = 15_000;

export interface LoggedAgent {
  readonly spec: AgentSpec;
  readonly host: Host;
  readonly lookEveryMs: number;
}

/** The files that the agent writes to; macOS keeps nothing else of it. */
export async function agentLogs(
  { spec, host, lookEveryMs }: LoggedAgent,
  { follow, lines, signal }: LogOptions,
  talk: Talk,
): Promise<void> {
  const agent = await askAgent(spec, host, ASK_LIMIT_MS);
  const isLoaded = typeof agent !== "string";
  const wanted = isLoaded && agent.outputs.length > 0 ? agent.outputs : await outputsOf(spec, host);
  const files = await present(wanted, host);
  if (files.length === 0) throw noLog(spec, wanted);
  const read = async (file: string, until?: AbortSignal): Promise<void> => {
    const result = await host.programs.run({
      command: "tail",
      // -F goes on with the new file when the log is rotated. (tail(1) of macOS and of coreutils)
      args: [...(until === undefined ? [] : ["-F"]), "-n", lines === undefined ? "+1" : String(lines), file],
      onOutput: (chunk) => talk(chunk, "stdout"),
      keepBytes: 4_096,
      ...(until === undefined ? (signal === undefined ? {} : { signal }) : { signal: until }),
    });
    if (result.exitCode !== 0 && until?.aborted !== true && signal?.aborted !== true) throw unreadable(spec, result);
  };
  if (!follow || !isLoaded || !isUp(agent)) {
    for (const file of files) await read(file);
    return;
  }
  const following = {
    isUp: async () => isUp(await askAgent(spec, host, ASK_LIMIT_MS)),
    lookEveryMs,
    ...(signal === undefined ? {} : { signal }),
  };
  await followUntilDown((until) => Promise.all(files.map((file) => read(file, until))), following);
}

function isUp(agent: Agent | "not loaded" | "too late"): boolean {
  if (typeof agent === "string") return agent === "too late";
  const { state } = judgeAgent(agent);
  return state !== "stopped" && state !== "failed";
}

/** For an agent that is not loaded: what its property list names, where that is XML. */
async function outputsOf(spec: AgentSpec, host: Host): Promise<readonly string[]> {
  const bytes = await host.files.read(plistFile(spec));
  const text = new TextDecoder().decode(bytes);
  const paths = [...text.matchAll(/<key>Standard(?:Out|Error)Path<\/key>\s*<string>([^<]*)<\/string>/g)];
  return [...new Set(paths.map(([, path = ""]) => unescaped(path)))].filter((path) => path.startsWith("/"));
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

async function present(files: readonly string[], host: Host): Promise<readonly string[]> {
  const found = await Promise.all(files.map((file) => host.files.stat(file)));
  return files.filter((_, index) => found[index]?.type === "file");
}

function noLog(spec: AgentSpec, wanted: readonly string[]): AtkError {
  const why = wanted.length === 0 ? "its property list names no file for it" : "it has written nothing yet";
  return new AtkError("E_SERVICE", `${spec.plugin} has no log that can be shown: ${why}`, {
    at: { file: plistFile(spec) },
    hint: wanted.length === 0 ? "add StandardOutPath and StandardErrorPath to it" : `atk start ${spec.plugin}`,
  });
}

function unreadable({ plugin, env }: AgentSpec, { stderr }: RunResult): AtkError {
  const said = lastWords(stderr, env).map((line) => `\n  ${line}`);
  return new AtkError("E_SERVICE", `${plugin} has no log that can be shown${said.join("")}`, {
    hint: `atk start ${plugin}`,
  });
}
