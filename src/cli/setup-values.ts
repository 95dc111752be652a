import { isUtf8 } from "node:buffer";
import type { Context } from "../app/context.ts";
import type { GivenValues } from "../app/setup/given-values.ts";
import { AtkError } from "../core/errors.ts";
import type { Invocation, OptionSpec } from "./command.ts";
import type { Session } from "./session.ts";

export const VALUE_OPTIONS: readonly OptionSpec[] = [
  {
    flags: "--env <NAME=value>",
    summary: "set a variable that is no secret; may be given several times",
    isRepeatable: true,
  },
  { flags: "--from-file <file>", summary: "set the variables of this file" },
  { flags: "--env-file <file>", summary: "the same; Node 20 takes this word for its own when the file is not there" },
  { flags: "--from-stdin", summary: "set the variables that are piped in, one NAME=value a line" },
  { flags: "--from-env", summary: "set the declared variables that atk's own environment has" },
  { flags: "--unset <NAME>", summary: "take a variable out of .env; may be given several times", isRepeatable: true },
];

const HELP = "atk setup --help";

type Values = Readonly<Record<string, string>>;

/** Whether values were given, so that nobody has to be asked for them. */
export function givesValues({ options }: Invocation): boolean {
  return (
    options.list("env").length + options.list("unset").length > 0 ||
    fileOf(options) !== undefined ||
    options.flag("fromStdin") ||
    options.flag("fromEnv")
  );
}

/**
 * Node 20 opens an `--env-file` itself before atk runs, even behind the script's name, and exits 9 when it cannot: hence another
 * name for it. (nodejs/node#54232)
 * @throws AtkError E_USAGE for two files
 */
function fileOf({ text }: Invocation["options"]): string | undefined {
  const [one, other] = [text("fromFile"), text("envFile")];
  if (one !== undefined && other !== undefined)
    throw new AtkError("E_USAGE", "--from-file and --env-file are the same: name one file", { hint: HELP });
  return one ?? other;
}

/** @throws AtkError E_USAGE, E_ENV. No word that may be a value is repeated. */
export async function readGiven({ options }: Invocation, session: Session, context: Context): Promise<GivenValues> {
  const words = Object.fromEntries(options.list("env").map(assignment));
  const unset = options.list("unset");
  const both = unset.find((name) => Object.hasOwn(words, name));
  if (both !== undefined) throw new AtkError("E_USAGE", `${both} cannot be set and unset at once`, { hint: HELP });
  const file = fileOf(options);
  const isPiped = options.flag("fromStdin") || file === "-";
  return {
    words,
    unset,
    file: {
      ...(file === undefined || file === "-" ? {} : await readFile(file, context)),
      ...(isPiped ? await readInput(session) : {}),
    },
    ...(options.flag("fromEnv") ? { environment: session.host.machine.env } : {}),
  };
}

function assignment(word: string): readonly [string, string] {
  const at = word.indexOf("=");
  if (at < 1) throw new AtkError("E_USAGE", "--env takes NAME=value", { hint: HELP });
  const name = word.slice(0, at);
  if (at === word.length - 1)
    throw new AtkError("E_USAGE", `--env ${name}= gives ${name} no value`, { hint: `--unset ${name} takes it out` });
  return [name, word.slice(at + 1)];
}

async function readFile(file: string, context: Context): Promise<Values> {
  return (await import("../app/take-env-file.ts")).readEnvFile(file, context);
}

const MOST_BYTES = 1024 * 1024;

async function readInput(session: Session): Promise<Values> {
  if (session.terminal.stdin)
    throw new AtkError("E_USAGE", "--from-stdin takes what is piped in, and nothing is", {
      hint: "atk setup NAME --from-stdin < FILE",
    });
  const { readAssignments } = await import("../app/environment-file.ts");
  return readAssignments(await readText(session.streams().input), "stdin");
}

async function readText(input: AsyncIterable<Uint8Array | string>): Promise<string> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of input) {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    sizeBytes += bytes.length;
    if (sizeBytes > MOST_BYTES)
      throw new AtkError("E_ENV", "what was piped in is too long for a .env, so nothing was changed", {
        hint: "pipe in lines of NAME=value, 1 MiB at most",
      });
    parts.push(bytes);
  }
  const bytes = Buffer.concat(parts);
  if (!isUtf8(bytes))
    throw new AtkError("E_ENV", "what was piped in is not UTF-8 text, so nothing was changed", {
      hint: "convert it first, e.g. iconv -t UTF-8",
    });
  return bytes.toString("utf8");
}
