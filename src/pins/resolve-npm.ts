import { join } from "node:path";
import { wordsIn } from "./words-in.ts";
import { AtkError } from "../core/errors.ts";
import type { Pin } from "../manifest/lock.ts";
import { isExactVersion } from "../sources/npm-package.ts";
import { readNpmTree, type NpmTree } from "./npm-tree.ts";
import { unpinned, type Pinned, type PinContext } from "./pin-context.ts";
import type { FetchedPackage as FromNpm } from "./read-command.ts";
import { runNpm, type NpmFault } from "./run-npm.ts";
import { withPinScratch } from "./scratch.ts";
import { noneOldEnough, tooYoung } from "./too-young.ts";

/**
 * The package that npm would run for the command today, with everything it depends on. Asks the user's npm registry; runs nothing
 * of the package. What cannot be had is `unpinned` with the reason.
 * @throws AtkError E_POLICY when the version that is written, or every version there is, was published too short a time ago
 */
export async function resolveNpm(wanted: FromNpm, context: PinContext): Promise<Pinned> {
  try {
    return await withPinScratch(context, async (scratch) => resolveIn(scratch, wanted, context));
  } catch (error) {
    if (!(error instanceof AtkError) || error.code === "E_POLICY") throw error;
    return unpinned(error.message);
  }
}

const RESOLVE = ["install", "--package-lock-only", "--ignore-scripts", "--legacy-peer-deps=false"];

async function resolveIn(scratch: string, wanted: FromNpm, context: PinContext): Promise<Pinned> {
  const { files } = context.host;
  const manifest = { name: "atk-pin", private: true, dependencies: { [wanted.package]: wanted.range } };
  await files.create(join(scratch, "package.json"), new TextEncoder().encode(JSON.stringify(manifest)), 0o600);
  const answer = await runNpm([...RESOLVE, ...beforeOf(context)], scratch, context);
  if (!answer.ok) {
    await refuseYoung(wanted, answer.fault, { scratch, context });
    return unpinned(reasonOf(wanted, answer.fault));
  }
  const text = await files.read(join(scratch, "package-lock.json"));
  if (text === undefined) return unpinned(`npm resolved nothing for ${wanted.package}@${wanted.range}`);
  return pinOf(wanted, readNpmTree(new TextDecoder().decode(text), wanted.package));
}

function pinOf(wanted: FromNpm, tree: NpmTree): Pinned {
  const bin = wanted.bin ?? chosenBin(tree);
  if (bin === undefined) return unpinned(`${wanted.package}@${tree.version} has no program that npx could choose`);
  const pin: Pin = {
    type: "npm",
    package: tree.package,
    version: tree.version,
    integrity: tree.integrity,
    tree: tree.digest,
    ...(tree.bins.length === 1 && tree.bins[0] === bin ? {} : { bin }),
    ...(tree.scripts.length === 0 ? {} : { scripts: tree.scripts }),
  };
  return { pin, treeText: tree.text };
}

/** npx takes the program that is named as the package is, else the only one. */
function chosenBin({ package: name, bins }: NpmTree): string | undefined {
  const own = name.replace(/^@[^/]*\//, "");
  return bins.includes(own) || bins.length !== 1 ? bins.find((bin) => bin === own) : bins[0];
}

function beforeOf({ host, minimumReleaseAgeMs }: PinContext): readonly string[] {
  if (minimumReleaseAgeMs === 0) return [];
  return [`--before=${new Date(host.now().getTime() - minimumReleaseAgeMs).toISOString()}`];
}

interface Inquiry {
  readonly scratch: string;
  readonly context: PinContext;
}

/** Not chosen is one thing; nothing left to choose, or asked for by name and refused, is another. */
async function refuseYoung(wanted: FromNpm, fault: NpmFault, inquiry: Inquiry): Promise<void> {
  const { scratch, context } = inquiry;
  const { minimumReleaseAgeMs } = context;
  if (minimumReleaseAgeMs === 0 || (fault.code !== "ETARGET" && fault.code !== "ENOVERSIONS")) return;
  if (isExactVersion(wanted.range)) await refuseExact(wanted, inquiry);
  const ofAnyAge = await runNpm(RESOLVE, scratch, context);
  if (ofAnyAge.ok) throw noneOldEnough(wanted.package, `@${wanted.range}`, minimumReleaseAgeMs);
}

async function refuseExact({ package: name, range }: FromNpm, { scratch, context }: Inquiry): Promise<void> {
  const { minimumReleaseAgeMs, host } = context;
  const asked = await runNpm(["view", `${name}@${range}`, "time"], scratch, context);
  const times = asked.ok ? (asked.value as Readonly<Record<string, unknown>> | null) : null;
  const published = String(times?.[range] ?? "");
  if (Number.isNaN(Date.parse(published))) return;
  if (host.now().getTime() - Date.parse(published) >= minimumReleaseAgeMs) return;
  throw tooYoung(`${name}@${range} was published on ${published.slice(0, 10)}`, minimumReleaseAgeMs);
}

const UNREACHABLE: ReadonlySet<string> = wordsIn(`
  ECONNREFUSED ECONNRESET ENOTFOUND ETIMEDOUT EAI_AGAIN ENETUNREACH EHOSTUNREACH
  ERR_SOCKET_TIMEOUT FETCH_ERROR ENOTCACHED E500 E502 E503 E504
`);

function reasonOf({ package: name, range }: FromNpm, { code, summary }: NpmFault): string {
  if (UNREACHABLE.has(code)) return "the npm registry could not be reached";
  if (code === "E404") return `there is no npm package ${name}`;
  if (code === "ETARGET") return `npm package ${name} has no version ${range} (${summary})`;
  return `npm could not resolve ${name}@${range}: ${summary}`;
}
