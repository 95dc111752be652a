#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { VERSION } from "./version.generated.ts";

const words = process.argv.slice(2);
const only = words.length === 1 ? words[0] : undefined;
const help = only === "--help" || only === "-h" ? readHelp() : undefined;

if (only === "--version" || only === "-V") {
  process.stdout.write(`${VERSION}\n`);
} else if (help !== undefined) {
  process.stdout.write(help);
} else {
  void start().then((code) => {
    process.exitCode = code;
    // Nothing that matters is still going on; what is left are libraries' idle handles. Unwritten output is waited for.
    if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
  });
}

async function start(): Promise<number> {
  return (await tryLaunch()) ?? runCommand();
}

/** What clients start all the time has a way of its own. */
async function tryLaunch(): Promise<number | undefined> {
  if (words[0] !== "mcp" || words[1] !== "run") return undefined;
  const { launch } = await import("./app/launch/launch.ts");
  return launch(words.slice(2), {
    streams: () => ({ input: process.stdin, output: process.stdout }),
    say: (sentence) => void process.stderr.write(`${sentence}\n`),
    interruption: () => {
      const controller = new AbortController();
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => controller.abort());
      return controller.signal;
    },
  });
}

async function runCommand(): Promise<number> {
  const { setFlagsFromString } = await import("node:v8");
  // A command is over before an optimised loop would pay for its compilation.
  setFlagsFromString("--no-opt");
  const { runProcess } = await import("./process.ts");
  return runProcess(words);
}

/** The same words as the parser would print, made when atk was built; a narrow terminal needs other line breaks. */
function readHelp(): string | undefined {
  if ((process.stdout.columns ?? 80) < 80) return undefined;
  try {
    return readFileSync(`${__dirname}/help.txt`, "utf8");
  } catch {
    return undefined;
  }
}
