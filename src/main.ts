#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { VERSION } from "./version.generated.ts";

const words = process.argv.slice(2);
const only = words.length === 1 ? words[0] : undefined;
const help = only === "--help" || only === "-h" ? readHelp() : undefined;

if (only === "--version" || only === "-V") {
  process.stdout.write(`${VERSION}\n`);
} else if (help !== undefined) {
  process.stdout.write(help);
} else {
  // A command is over before an optimised loop would pay for its compilation.
  setFlagsFromString("--no-opt");
  void import("./process.ts")
    .then(({ runProcess }) => runProcess(words))
    .then((code) => {
      process.exitCode = code;
      // Nothing that matters is still going on; what is left are libraries' idle handles. Unwritten output is waited for.
      if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
    });
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
