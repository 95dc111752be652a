#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { VERSION } from "./version.generated.ts";

const words = process.argv.slice(2);

if (words.length === 1 && (words[0] === "--version" || words[0] === "-V")) {
  process.stdout.write(`${VERSION}\n`);
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
