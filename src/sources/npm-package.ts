import { createHash } from "node:crypto";
import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { RunResult } from "../core/host.ts";
import { isObject } from "../core/json.ts";
import { maskUrls } from "../git/git-error.ts";
import type { SourceContext } from "./context.ts";
import { makeDirectories } from "./scratch.ts";

const NPM_TIMEOUT_MS = 180_000;

/** A package as npm downloaded it. */
export interface Download {
  readonly name: string;
  /** Exact. */
  readonly version: string;
  readonly bytes: Uint8Array;
  /** Runs npm again with the same settings; gives what it printed as JSON. */
  readonly ask: (args: readonly string[]) => Promise<unknown>;
}

const NAME = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/i;
const RANGE = /^[\w^~<>=*][\w^~<>=|*.+ -]*$/;
const EXACT = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

export function isExactVersion(version: string): boolean {
  return EXACT.test(version);
}

/**
 * Refuses what npm would take for an option, a folder, an archive or an address: those run the package's scripts.
 * @throws AtkError E_SOURCE
 */
export function checkPackageSpec(name: string, range: string): void {
  if (!NAME.test(name) || name.startsWith("-"))
    throw new AtkError("E_SOURCE", `${JSON.stringify(name)} is not the name of an npm package`);
  if (RANGE.test(range) && !/\.(tgz|tar|tar\.gz)$/i.test(range)) return;
  throw new AtkError("E_SOURCE", `${JSON.stringify(range)} is not a version, range or tag of npm package ${name}`);
}

/**
 * Downloads what npm itself would install for `name@range`, with the user's registry, proxy and credentials. No scripts are run.
 * @throws AtkError E_PLUGIN_NOT_FOUND, E_SOURCE, E_PROGRAM.
 */
export async function downloadPackage(spec: string, scratch: string, context: SourceContext): Promise<Download> {
  const { files } = context.host;
  const folder = join(scratch, "package");
  await makeDirectories(files, folder);
  const ask = (args: readonly string[]) => runNpm(args, spec, scratch, context);
  const packed = await ask(["pack", spec, "--json", "--ignore-scripts", `--pack-destination=${folder}`]);
  const [first]: readonly unknown[] = Array.isArray(packed) ? packed : [];
  const archive = (await files.list(folder))?.find((entry) => entry.name.endsWith(".tgz"));
  const bytes = archive === undefined ? undefined : await files.read(join(folder, archive.name));
  if (!isObject(first) || bytes === undefined) throw new AtkError("E_SOURCE", `npm pack ${spec} gave no package`);
  const { name, version } = first;
  if (typeof name !== "string" || typeof version !== "string" || !isExactVersion(version)) {
    throw new AtkError("E_SOURCE", `npm pack ${spec} did not say which version it gave`);
  }
  return { name, version, bytes, ask };
}

/** What the registry states about an exact version: `sha512-<base64>`. @throws AtkError E_SOURCE when it states none. */
export async function statedIntegrity({ name, version, ask }: Download): Promise<string> {
  const stated = await ask(["view", `${name}@${version}`, "dist.integrity", "--json"]);
  const digest =
    typeof stated === "string" ? stated.split(/\s+/).find((each) => each.startsWith("sha512-")) : undefined;
  if (digest !== undefined) return digest;
  throw new AtkError(
    "E_SOURCE",
    `the npm registry states no sha512 integrity for ${name}@${version}, so it cannot be checked`,
  );
}

/** @throws AtkError E_INTEGRITY with both digests. */
export function checkPackageIntegrity(bytes: Uint8Array, expected: string, what: string): void {
  const [algorithm = ""] = expected.split("-", 1);
  const known = ["sha512", "sha384", "sha256"].includes(algorithm);
  const found = known
    ? `${algorithm}-${createHash(algorithm).update(bytes).digest("base64")}`
    : "an unknown kind of digest";
  if (found === expected) return;
  throw new AtkError("E_INTEGRITY", `${what} is not what was published: expected ${expected}, found ${found}`, {
    hint: "nothing of it was used; try again, and check the registry in ~/.npmrc if it stays so",
  });
}

async function runNpm(
  args: readonly string[],
  spec: string,
  scratch: string,
  { host, temporary }: SourceContext,
): Promise<unknown> {
  const cache = temporary === true ? { npm_config_cache: join(scratch, "npm-cache") } : {};
  const result = await host.programs.run({
    command: "npm",
    args,
    // Not the project: an .npmrc there would decide where packages come from.
    cwd: scratch,
    env: {
      npm_config_update_notifier: "false",
      npm_config_audit: "false",
      npm_config_fund: "false",
      ...cache,
    },
    timeoutMs: NPM_TIMEOUT_MS,
  });
  const answer = parse(result.stdout);
  if (result.exitCode === 0 && answer !== undefined) return answer;
  throw npmFailure(spec, result, answer);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function npmFailure(spec: string, result: RunResult, answer: unknown): AtkError {
  if (result.timedOut)
    return new AtkError("E_SOURCE", `npm did not answer for ${spec} within ${NPM_TIMEOUT_MS / 1000} s`);
  if (result.exitCode === 127)
    return new AtkError("E_PROGRAM", `cannot fetch npm package ${spec}: npm is not installed`, {
      hint: "install Node.js, which brings npm",
    });
  const error = isObject(answer) && isObject(answer["error"]) ? answer["error"] : {};
  const said =
    typeof error["summary"] === "string" ? error["summary"] : result.stderr.trim().split("\n").slice(-3).join("; ");
  if (error["code"] === "E404")
    return new AtkError("E_PLUGIN_NOT_FOUND", `there is no npm package ${spec}`, { hint: "npm search WORD" });
  return new AtkError("E_SOURCE", `npm could not give ${spec}: ${maskUrls(said)}`, {
    hint: `npm view ${spec.replace(/(?!^)@.*$/, "")} versions`,
  });
}
