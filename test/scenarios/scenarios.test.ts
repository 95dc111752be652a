import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "vitest";
import { parseScenario } from "./parse-scenario.ts";
import { has, runScenario } from "./run-scenario.ts";

const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".atk"))
  .sort();

// The shell commands of the scenarios are for /bin/sh.
describe.skipIf(process.platform === "win32")("scenarios", () => {
  for (const file of files) {
    const scenario = parseScenario(readFileSync(join(import.meta.dirname, file), "utf8"));
    const absent = scenario.needs.filter((need) => !has(need));
    const register = absent.length > 0 ? it.skip : scenario.knownBug === undefined ? it : it.fails;
    const needs = absent.length > 0 ? ` (needs ${absent.join(", ")})` : "";
    register(`${file}: ${scenario.title}${needs}`, () => runScenario(scenario));
  }
});
