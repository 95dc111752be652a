import type { Readable } from "node:stream";
import { AtkError } from "../core/errors.ts";
import type { ValueSource } from "../app/secret-value.ts";
import type { Invocation, OptionSpec } from "./command.ts";
import type { Session } from "./session.ts";

export const VALUE_OPTIONS: readonly OptionSpec[] = [
  { flags: "--from-file <file>", summary: "take the value from a file (one line ending at its end is left out)" },
  { flags: "--from-env <variable>", summary: "take the value of an environment variable" },
];

/**
 * Where `secret set` and `secret rotate` get the value: an option, standard input, or a question that does not show it.
 * @throws AtkError E_USAGE for a value in the command line, which is not repeated
 */
export function valueSource(verb: "set" | "rotate", { args, options }: Invocation, session: Session): ValueSource {
  const [name = "", ...more] = args;
  if (more.length > 0 || name.includes("=") || name.startsWith("-")) throw inCommandLine(verb);
  const path = options.text("fromFile");
  const variable = options.text("fromEnv");
  if (path !== undefined && variable !== undefined)
    throw new AtkError("E_USAGE", "--from-file and --from-env exclude each other", {
      hint: `atk secret ${verb} --help`,
    });
  if (path !== undefined) return { from: "file", path };
  if (variable !== undefined) return { from: "env", name: variable };
  return { from: "input", read: () => askOrRead(verb, name, session) };
}

function inCommandLine(verb: string): AtkError {
  const reason = "other users see it in the list of processes, and the shell keeps it in its history";
  return new AtkError("E_USAGE", `a secret is never given in the command line: ${reason}`, {
    hint: `atk secret ${verb} NAME, which asks for the value; or pipe it in, or --from-file FILE, or --from-env VARIABLE`,
  });
}

async function askOrRead(verb: string, name: string, session: Session): Promise<string | Uint8Array> {
  if (session.interactive) return (await import("./ask.ts")).askSecret(`Value of ${name} (it is not shown):`);
  if (!session.terminal.stdin) return readAtMost(session.streams().input);
  throw new AtkError("E_USAGE", `nobody is here to ask for the value of ${name}`, {
    hint: `pipe it in, e.g. pass show ${name} | atk secret ${verb} ${name}`,
  });
}

/** A little more than a value may have: enough to tell that it is too long. */
const MOST_BYTES = 64 * 1024 + 3;

async function readAtMost(input: Readable): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of input as AsyncIterable<Uint8Array | string>) {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    parts.push(bytes);
    sizeBytes += bytes.length;
    if (sizeBytes > MOST_BYTES) break;
  }
  return Buffer.concat(parts);
}
