import type { Command as Program } from "commander";
import { AtkError } from "../core/errors.ts";
import { EXIT } from "../core/error-codes.ts";
import type { Host } from "../core/host.ts";
import { VERSION } from "../version.generated.ts";
import type { Command, Options } from "./command.ts";
import { commands } from "./commands.generated.ts";
import { errorJson, showError } from "./show-error.ts";
import { painter } from "./paint.ts";
import type { Session } from "./session.ts";

interface Stream {
  write(text: string): void;
  readonly isTerminal: boolean;
}

export interface Outside {
  host(): Promise<Host>;
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly stdinIsTerminal: boolean;
  interruption(): AbortSignal;
  streams(): ReturnType<Session["streams"]>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface Chosen {
  readonly command: Command;
  readonly args: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
}

/** One command line: words in, words out. Returns the exit code and never throws. */
export async function run(words: readonly string[], outside: Outside): Promise<number> {
  try {
    const parsed = proxied(words) ?? (await parse(words, outside));
    if (typeof parsed === "number") return parsed;
    const session = await createSession(parsed, outside);
    const { command, args } = parsed;
    return await command.run({ args, options: optionsOf(parsed.values) }, session);
  } catch (error) {
    return report(error, words, outside);
  }
}

const SHARED = new Set(["-g", "--global", "--json", "--no-color"]);

/** A command that hands its words on never meets the parser, which would take some of them for itself. */
function proxied(words: readonly string[]): Chosen | undefined {
  const at = words.findIndex((word) => !SHARED.has(word));
  const command = commands.find(({ name, isProxy }) => isProxy === true && name === words[at]);
  return command === undefined ? undefined : { command, args: words.slice(at + 1), values: {} };
}

async function parse(words: readonly string[], outside: Outside): Promise<Chosen | number> {
  const { CommanderError } = await import("commander");
  const { createProgram } = await import("./program.ts");
  let chosen: Chosen | undefined;
  const program = createProgram(commands, VERSION, (command, args, values) => {
    chosen = { command, args, values };
  });
  const direct = (text: string): void => outside.stdout.write(text);
  forAll(program, (each) =>
    each.configureOutput({ writeOut: direct, writeErr: (text) => outside.stderr.write(text) }).exitOverride(),
  );
  try {
    await program.parseAsync([...words], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw error;
  }
  return chosen ?? EXIT.usage;
}

function forAll(program: Program, act: (each: Program) => void): void {
  act(program);
  for (const child of program.commands) forAll(child, act);
}

async function createSession({ command, values }: Chosen, outside: Outside): Promise<Session> {
  const host = await outside.host();
  const json = values["json"] === true;
  const noColor = Boolean(outside.env["NO_COLOR"]) || values["color"] === false || outside.env["TERM"] === "dumb";
  const automatic = Boolean(outside.env["CI"]) || values["yes"] === true || json;
  return {
    host,
    command: command.name,
    json,
    global: values["global"] === true,
    offline: values["offline"] === true,
    drawsProgress: outside.stderr.isTerminal && !json && !outside.env["CI"],
    interactive: !automatic && outside.stdinIsTerminal && outside.stderr.isTerminal,
    terminal: { stdin: outside.stdinIsTerminal, stdout: outside.stdout.isTerminal },
    color: { stdout: !noColor && outside.stdout.isTerminal, stderr: !noColor && outside.stderr.isTerminal },
    interruption: () => outside.interruption(),
    streams: () => outside.streams(),
    out: (text) => outside.stdout.write(`${text}\n`),
    outBare: (text) => outside.stdout.write(text),
    say: (text) => outside.stderr.write(`${text}\n`),
  };
}

function optionsOf(values: Readonly<Record<string, unknown>>): Options {
  return {
    flag: (name) => values[name] === true,
    isOff: (name) => values[name] === false,
    text: (name) => (typeof values[name] === "string" ? values[name] : undefined),
    list: (name) => (Array.isArray(values[name]) ? (values[name] as string[]) : []),
  };
}

function report(error: unknown, words: readonly string[], outside: Outside): number {
  const paint = painter(outside.stderr.isTerminal && !outside.env["NO_COLOR"]);
  outside.stderr.write(`${showError(error, paint)}\n`);
  if (words.includes("--json")) outside.stdout.write(`${JSON.stringify(errorJson(error), undefined, 2)}\n`);
  return error instanceof AtkError ? error.exitCode : EXIT.fault;
}
