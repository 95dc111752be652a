import { AtkError } from "../../core/errors.ts";
import type { Lock, Pin } from "../../manifest/lock.ts";
import { digestOf } from "../../pins/npm-tree.ts";
import type { Context } from "../context.ts";
import { readInputs } from "../inputs.ts";
import { readTree, treeFile } from "../pins/tree-files.ts";
import { readRecordFile, recordFile } from "../tools/tool-records.ts";
import { joinFindings, NOTHING_FOUND, type Findings, type Mismatch } from "./report.ts";

type NpmPin = Extract<Pin, { type: "npm" }>;

/** The files in `atk.lock.d`, of which the lock has digests: trees of npm packages, and what servers said of themselves. */
export async function verifyBesideLock(names: readonly string[], context: Context): Promise<Findings> {
  const { lock } = await readInputs(context);
  const entries = entriesOf(lock).filter(({ owner }) => names.length === 0 || names.includes(owner));
  const found = entries.flatMap(({ owner, pins, tools }) => [
    ...pins.map((pin) => treeFindings(owner, pin, context)),
    ...Object.entries(tools).map(([id, recorded]) => recordFindings(owner, id, recorded, context)),
  ]);
  return joinFindings(await Promise.all(found));
}

function entriesOf({ plugins, servers = {} }: Lock) {
  const ofPlugins = Object.entries(plugins).map(([owner, { programs = {}, tools = {} }]) => ({
    owner,
    pins: Object.values(programs).flatMap(npmOnly),
    tools,
  }));
  const own = Object.entries(servers).map(([owner, { program, tools }]) => ({
    owner,
    pins: npmOnly(program),
    tools: tools === undefined ? {} : { [owner]: tools },
  }));
  return [...ofPlugins, ...own];
}

function npmOnly(pin: Pin | undefined): readonly NpmPin[] {
  return pin?.type === "npm" ? [pin] : [];
}

async function treeFindings(owner: string, pin: NpmPin, context: Context): Promise<Findings> {
  const place = treeFile(context.workspace.lockFile, pin);
  const found = await faultless(async () => digestOf(await readTree(pin, context)));
  if (found === pin.tree) return { ...NOTHING_FOUND, compared: 1 };
  const is = found instanceof AtkError ? found.message : found;
  return differs({
    owner,
    part: "program",
    place,
    differences: [{ path: `what ${pin.package} depends on`, expected: pin.tree, found: is }],
    hint: `take atk.lock and atk.lock.d from one commit, or run: atk lock ${owner}`,
  });
}

async function recordFindings(
  owner: string,
  id: string,
  recorded: Parameters<typeof readRecordFile>[1],
  context: Context,
): Promise<Findings> {
  const found = await faultless(() => readRecordFile(id, recorded, context));
  if (!(found instanceof AtkError)) return { ...NOTHING_FOUND, compared: 1 };
  return differs({
    owner,
    part: "tools",
    place: recordFile(context.workspace.lockFile, id),
    differences: [{ path: `what ${id} said of its tools`, expected: recorded.digest, found: found.message }],
    hint: `take it from the last good commit, or record the server again: atk mcp test --record ${id}`,
  });
}

function differs(mismatch: Mismatch): Findings {
  return { ...NOTHING_FOUND, compared: 1, mismatches: [mismatch] };
}

async function faultless<T>(read: () => Promise<T>): Promise<T | AtkError> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AtkError) return error;
    throw error;
  }
}
