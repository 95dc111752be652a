import { join } from "node:path";
import { unpinned, type Pinned, type PinContext } from "./pin-context.ts";
import type { FetchedPackage } from "./read-command.ts";
import { withPinScratch } from "./scratch.ts";
import { noneOldEnough } from "./too-young.ts";

const TIMEOUT_MS = 120_000;
const COMPILE = ["pip", "compile", "--quiet", "--no-header", "--no-annotate", "--generate-hashes"];

/**
 * A package of PyPI as `uvx` runs it, as one exact version. A version that is written needs nobody; else uv is asked.
 * What it depends on is not pinned: uvx has no way to be told.
 * @throws AtkError E_POLICY when every version there is was published too short a time ago
 */
export async function resolvePypi(wanted: FetchedPackage, context: PinContext): Promise<Pinned> {
  const written = /^===?([\w.!+-]+)$/.exec(wanted.range)?.[1];
  if (written !== undefined && !written.endsWith("*")) return pinOf(wanted, written);
  if (context.offline === true) return unpinned("PyPI is not asked without a network");
  if ((await context.host.programs.find("uv")) === undefined)
    return unpinned(`${wanted.package}${wanted.range} names no exact version, and uv is not here to find one`);
  return withPinScratch(context, (scratch) => askUv(wanted, scratch, context));
}

async function askUv(wanted: FetchedPackage, scratch: string, context: PinContext): Promise<Pinned> {
  const { host, minimumReleaseAgeMs } = context;
  const list = join(scratch, "requirements.in");
  await host.files.create(list, new TextEncoder().encode(`${wanted.package}${wanted.range}\n`), 0o600);
  const compile = (args: readonly string[]): ReturnType<typeof host.programs.run> =>
    host.programs.run({ command: "uv", args: [...COMPILE, ...args, list], cwd: scratch, timeoutMs: TIMEOUT_MS });
  const { exitCode, stdout, stderr } = await compile(before(context, host));
  if (exitCode !== 0) {
    if (minimumReleaseAgeMs > 0 && (await compile([])).exitCode === 0)
      throw noneOldEnough(wanted.package, wanted.range, minimumReleaseAgeMs);
    return unpinned(`uv could not resolve ${wanted.package}${wanted.range}: ${lastLine(stderr)}`);
  }
  const version = versionIn(stdout, wanted.package);
  return version === undefined ? unpinned(`uv gave no version of ${wanted.package}`) : pinOf(wanted, version);
}

function before(
  { minimumReleaseAgeMs }: Pick<PinContext, "minimumReleaseAgeMs">,
  host: PinContext["host"],
): readonly string[] {
  if (minimumReleaseAgeMs === 0) return [];
  return ["--exclude-newer", new Date(host.now().getTime() - minimumReleaseAgeMs).toISOString()];
}

/** Names differ in case, `-`, `_` and `.` only for the eye. (PEP 503) */
function versionIn(requirements: string, name: string): string | undefined {
  const plain = (text: string): string =>
    text
      .replace(/\[.*$/, "")
      .toLowerCase()
      .replaceAll(/[-_.]+/g, "-");
  for (const line of requirements.split("\n")) {
    const found = /^([\w.-]+(?:\[[^\]]*\])?)==([^\s;\\]+)/.exec(line);
    if (found?.[1] !== undefined && plain(found[1]) === plain(name)) return found[2];
  }
  return undefined;
}

function pinOf(wanted: FetchedPackage, version: string): Pinned {
  return { pin: { type: "pypi", package: wanted.package, version } };
}

function lastLine(text: string): string {
  return (text.trim().split("\n").at(-1) ?? "").trim().slice(0, 200);
}
