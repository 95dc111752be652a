import { Command as Program, Option } from "commander";
import type { Command, OptionSpec } from "./command.ts";

export type Choose = (command: Command, args: readonly string[], values: Readonly<Record<string, unknown>>) => void;

/** The words of all commands, for the parser. Loads no command's work. */
export function createProgram(commands: readonly Command[], version: string, choose: Choose): Program {
  const program = new Program("atk")
    .description("One manifest, every coding agent: keeps this machine the way atk.yaml says.")
    .version(version, "-V, --version", "print the version")
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .showHelpAfterError("(atk --help shows all commands)")
    .addHelpText("after", AFTER_HELP);
  addShared(program);
  const groups = new Map<string, Program>();
  for (const command of commands) addCommand(program, groups, command, choose);
  return program;
}

const AFTER_HELP = `
First steps:
  atk import               take over what your agents have already, or
  atk init                 make your home (~/.atk), a git repository
  atk add everything       add an MCP server from the built-in registry, wired into your agents
  atk plan                 show what would change
  atk apply                make it so

Exit codes: 0 ok, 2 usage, 3 no home, 4 plugin not found, 5 invalid, 6 service, 7 git, 8 environment,
9 port, 10 changes pending, 11 the machine disagrees, 12 stopped half way, 13 integrity, 130 interrupted.`;

function addShared(program: Program): Program {
  return program
    .addOption(new Option("-g, --global", "use the home's manifest, wherever the command runs"))
    .addOption(new Option("--json", "print the result as JSON on stdout"))
    .addOption(new Option("--no-color", "no colours (NO_COLOR does the same)"));
}

function addCommand(program: Program, groups: Map<string, Program>, command: Command, choose: Choose): void {
  const words = command.name.split(" ");
  const name = words.at(-1) ?? command.name;
  const parent = words.length === 1 ? program : groupOf(program, groups, words[0] ?? "", commandGroupSummary);
  const usage = command.args === undefined ? name : `${name} ${command.args}`;
  const added = addShared(
    parent
      .command(usage, { hidden: command.isHidden === true })
      .summary(command.summary)
      .description(describe(command)),
  );
  // A command may be a group as well: `atk mcp NAME` beside `atk mcp test`.
  if (words.length === 1) groups.set(name, added);
  for (const option of command.options ?? []) added.addOption(optionOf(option));
  if (command.passThrough) added.passThroughOptions().allowUnknownOption();
  if (command.takesAnyWords) added.allowUnknownOption().allowExcessArguments();
  added.action((...given: unknown[]) => {
    const args = (command.takesAnyWords ? added.args : given.slice(0, -2).flat()).filter(
      (word): word is string => typeof word === "string",
    );
    choose(command, args, { ...program.opts(), ...definedOnly(added.opts()) });
  });
}

function optionOf({ flags, summary, isRepeatable = false }: OptionSpec): Option {
  const option = new Option(flags, summary);
  return isRepeatable ? option.argParser((value, before: readonly string[] = []) => [...before, value]) : option;
}

function describe(command: Command): string {
  return command.details === undefined ? command.summary : `${command.summary}\n\n${command.details}`;
}

function definedOnly(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

const GROUPS: Readonly<Record<string, string>> = {
  backup: "copies of the data of plugins and folders: make, verify, restore, prove them",
  cache: "what is kept on this machine: show it, prune it, verify it",
  mcp: "MCP servers: print entries, test them, run them",
  secret: "secrets that travel with the home, encrypted for your machines",
  timers: "what atk does by the clock on this machine",
  registry: "registries of plugins: add your own, look into them, keep one",
};

const commandGroupSummary = (name: string): string => GROUPS[name] ?? name;

function groupOf(
  program: Program,
  groups: Map<string, Program>,
  name: string,
  summary: (name: string) => string,
): Program {
  const known = groups.get(name);
  if (known !== undefined) return known;
  const made = program.command(name).summary(summary(name)).description(summary(name));
  groups.set(name, made);
  return made;
}
