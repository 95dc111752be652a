import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AtkError } from "../../src/core/errors.ts";
import { digestBytes } from "../../src/host/digest.ts";
import type { FileChange } from "../../src/host/file-change.ts";
import { nodeFiles } from "../../src/host/node-files.ts";
import { lockHome } from "../../src/log/home-lock.ts";
import { prepare, recover } from "../../src/log/transaction.ts";

/** A process to be killed: bundled and started by kill.test.ts as `node kill-child.mjs <home> <files> <task>`. */
const [home = "", count = "0", task = "", ...rest] = process.argv.slice(2);
const files = nodeFiles();
const directory = join(home, "state");

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Every file from the generation it has to the next. */
function nextGeneration(): readonly FileChange[] {
  const first = readFileSync(join(home, "user/d0/f0"), "utf8");
  const next = Number(/\d+/.exec(first)?.[0] ?? 0) + 1;
  const numbers = Array.from({ length: Number(count) }, (_, index) => `user/d${index % 5}/f${index}`);
  return [...numbers, "user/linked"].map((name) => {
    const path = join(home, name);
    const expected = { state: "file", digest: digestBytes(readFileSync(path)) } as const;
    return {
      type: "write",
      path,
      bytes: new TextEncoder().encode(`generation ${next}\n`),
      mode: 0o644,
      expected,
    };
  });
}

async function apply(): Promise<void> {
  const context = { files, directory, now: () => new Date() };
  const transaction = await prepare({ label: "next", changes: nextGeneration(), note: null, keep: {} }, context);
  await transaction.commit();
  await transaction.close();
}

async function addToCounter(times: number, waitMs: number): Promise<void> {
  const counter = join(home, "counter");
  for (let time = 0; time < times; time += 1) {
    const release = await lockHome({ directory, label: "atk apply", waitMs });
    const value = Number(readFileSync(counter, "utf8"));
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
    writeFileSync(counter, String(value + 1));
    await release();
  }
}

async function main(): Promise<void> {
  if (task === "apply") {
    say("started");
    for (;;) {
      await apply();
      say("applied");
    }
  }
  if (task === "recover") {
    say("started");
    await recover({ files, directory });
  }
  if (task === "count") await addToCounter(Number(rest[0] ?? 1), Number(rest[1] ?? 30_000));
  if (task === "hold") {
    await lockHome({ directory, label: "atk apply --held", waitMs: 0 });
    say("held");
    await new Promise((resolve) => setTimeout(resolve, 60_000));
  }
}

await main().catch((error: unknown) => {
  say(error instanceof AtkError ? `${error.code}: ${error.message}` : String(error));
  process.exitCode = 1;
});
