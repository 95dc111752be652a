import type { ControlOptions, ServiceResult, ServiceVerb } from "../app/control-services.ts";
import { EXIT } from "../core/error-codes.ts";
import { AtkError } from "../core/errors.ts";
import type { Invocation, OptionSpec } from "./command.ts";
import { printable } from "./paint.ts";
import { openContext, outJson, type Session } from "./session.ts";

const ALL: OptionSpec = { flags: "--all", summary: "every plugin that has a service, in the manifest's order" };

export const START_OPTIONS: readonly OptionSpec[] = [
  ALL,
  { flags: "--no-wait", summary: "do not wait until it is healthy" },
  { flags: "--timeout <seconds>", summary: "how long to wait for it (120)" },
];
export const STOP_OPTIONS: readonly OptionSpec[] = [ALL];

const WAIT_SECONDS = 120;

/** `start`, `stop` and `restart`: one line for each service on stderr, the results as JSON on stdout when asked for. */
export async function controlCommand(verb: ServiceVerb, invocation: Invocation, session: Session): Promise<number> {
  const { controlServices } = await import("../app/control-services.ts");
  const { args, options } = invocation;
  const context = await openContext(session);
  const results = await controlServices(
    verb,
    {
      names: args,
      all: options.flag("all"),
      wait: !options.isOff("wait"),
      waitMs: secondsOf(options.text("timeout")) * 1_000,
      signal: session.interruption(),
      talk: (plugin) => talkOf(plugin, session),
      onResult: (result) => session.say(resultLine(result)),
    },
    context,
  );
  if (session.json) outJson(session, { services: results });
  else if (results.length === 0) session.say("No plugin has a service.");
  const failed = results.filter(({ outcome }) => outcome === "failed");
  if (failed.length === 0) return EXIT.ok;
  return failed.every(({ problem }) => problem?.code === "E_APPROVAL") ? EXIT.integrity : EXIT.service;
}

function secondsOf(text: string | undefined): number {
  if (text === undefined) return WAIT_SECONDS;
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new AtkError("E_USAGE", `--timeout takes a number of seconds, not '${text}'`);
}

/** What the plugin's own commands say, line by line and with its name, on stderr. */
function talkOf(plugin: string, session: Session): ReturnType<ControlOptions["talk"]> {
  return (chunk) => {
    for (const line of chunk.split("\n")) if (line.trim() !== "") session.say(`  ${plugin} | ${printable(line)}`);
  };
}

const WORDS: Readonly<Record<ServiceResult["outcome"], string>> = {
  started: "started",
  stopped: "stopped",
  restarted: "restarted",
  unchanged: "as it was",
  skipped: "skipped",
  failed: "failed",
};

function resultLine({ name, outcome, state, detail, problem }: ServiceResult): string {
  const about = problem?.message ?? [outcome === "unchanged" ? state : undefined, detail].filter(Boolean).join(", ");
  const next = problem?.hint === undefined ? "" : `\n  next: ${printable(problem.hint)}`;
  return `${outcome === "failed" ? "! " : ""}${name}: ${WORDS[outcome]}${about === "" ? "" : ` (${printable(about)})`}${next}`;
}
