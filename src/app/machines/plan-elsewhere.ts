import { join, relative } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { Lock } from "../../manifest/lock.ts";
import { knownFromManifest, worldsOf, type KnownMachine } from "../../manifest/machine-worlds.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import { isSame } from "../../manifest/match-when.ts";
import { didYouMean } from "../../manifest/suggest.ts";
import type { Context } from "../context.ts";
import { EMPTY_LOCK, readInputs, type Inputs } from "../inputs.ts";
import type { MachineRecord } from "./machine-record.ts";
import { openMachines, recordsIn } from "./machines-branch.ts";
import { entryChanges, type ElsewhereChange } from "./entry-changes.ts";

/** What the next apply on another machine would do, entry by entry, as far as it can be known here. */
export interface ElsewherePlan {
  readonly format_version: "1.0";
  readonly machine: string;
  /** told: against the commit that the machine said it has. nothing: it has told nothing, so all is new. */
  readonly basis: "told" | "nothing";
  /** When it was told, by that machine's clock, and with which commit. */
  readonly told?: Pick<MachineRecord, "at" | "commit" | "edited" | "drifted" | "blocked" | "pending">;
  readonly changes: readonly ElsewhereChange[];
  readonly notices: readonly { readonly message: string; readonly hint?: string }[];
}

/** Reads the manifest, the lock and git; no file of this machine is read as if it were that one's. Writes nothing, uses no network. */
export async function planElsewhere(name: string, names: readonly string[], context: Context): Promise<ElsewherePlan> {
  const inputs = await readInputs(context);
  const records = await toldRecords(context);
  const record = records.find((each) => isSame(each.name, name));
  const known = record === undefined ? knownFromManifest(name, inputs.written) : knownFromRecord(record);
  const before = record?.commit === undefined ? undefined : await inputsAt(record.commit, context);
  const changes = await entryChanges({ known, worlds: worldsOf(known, inputs.written), inputs, before }, context);
  refuseUnknown(names, inputs, changes);
  return {
    format_version: "1.0",
    machine: record?.name ?? name,
    basis: before === undefined ? "nothing" : "told",
    ...(record === undefined ? {} : { told: toldBy(record) }),
    changes: changes.filter((change) => names.length === 0 || names.includes(change.name)),
    notices: [...noticesOf(name, records, inputs.written), ...unreadable(record, before)],
  };
}

async function toldRecords(context: Context): Promise<readonly MachineRecord[]> {
  const branch = await openMachines({ timeoutMs: 10_000, message: "Read" }, context);
  return typeof branch === "string" ? [] : recordsIn(await branch.read());
}

const PLATFORM_OF: Readonly<Record<string, "linux" | "macos" | "windows">> = {
  linux: "linux",
  darwin: "macos",
  windows: "windows",
};

function knownFromRecord({ name, tags, os, arch, host }: MachineRecord): KnownMachine {
  const platform = PLATFORM_OF[os];
  return { name, tags, arch, hostname: host, ...(platform === undefined ? {} : { platform }) };
}

function toldBy({ at, commit, edited, drifted, blocked, pending }: MachineRecord): NonNullable<ElsewherePlan["told"]> {
  return {
    at,
    ...(commit === undefined ? {} : { commit }),
    ...(edited === undefined ? {} : { edited }),
    drifted,
    blocked,
    pending,
  };
}

export interface InputsBefore {
  readonly commit: string;
  readonly manifest: Manifest;
  readonly lock: Lock;
}

/** Manifest and lock as a commit has them; undefined when it is not here, or nobody can read it. */
async function inputsAt(commit: string, { host, workspace }: Context): Promise<InputsBefore | undefined> {
  const [{ chooseGit }, { findRepository }, { parseManifest }, { parseLock }, { clientIds }] = await Promise.all([
    import("../../git/choose-git.ts"),
    import("../../git/repository.ts"),
    import("../../manifest/parse-manifest.ts"),
    import("../../manifest/lock-file.ts"),
    import("../../clients/ids.ts"),
  ]);
  const top = await findRepository(host.files, workspace.directory);
  if (top === undefined) return undefined;
  const git = await chooseGit(host, top, "read");
  const textAt = async (path: string): Promise<string | undefined> => {
    const bytes = await git.readFileAt(commit, relative(top, path));
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  };
  const file = join(workspace.directory, "atk.yaml");
  try {
    const [text, lockText] = await Promise.all([textAt(file), textAt(workspace.lockFile)]);
    if (text === undefined) return undefined;
    const { manifest } = parseManifest(text, file, { clientIds });
    return { commit, manifest, lock: lockText === undefined ? EMPTY_LOCK : parseLock(lockText, workspace.lockFile) };
  } catch (error) {
    if (error instanceof AtkError) return undefined;
    throw error;
  }
}

function noticesOf(name: string, records: readonly MachineRecord[], { machines }: Manifest): ElsewherePlan["notices"] {
  const known = [...records, ...machines].map((each) => each.name);
  if (known.some((each) => isSame(each, name))) return [];
  const hint = didYouMean(name, known);
  return [
    {
      message: `no machine ${JSON.stringify(name)} has told anything, and \`machines\` has none of that name`,
      ...(hint === undefined ? {} : { hint }),
    },
  ];
}

function unreadable(record: MachineRecord | undefined, before: InputsBefore | undefined): ElsewherePlan["notices"] {
  if (record === undefined || before !== undefined) return [];
  return [
    {
      message: `${record.name} has a manifest that is not in this repository, so all is shown as new`,
      hint: "atk sync, or git fetch in the home",
    },
  ];
}

function refuseUnknown(names: readonly string[], { written }: Inputs, changes: readonly ElsewhereChange[]): void {
  const known = new Set([
    ...written.plugins.map((each) => each.name),
    ...Object.keys(written.servers),
    ...[...written.skills, ...written.instructions].map(({ path }) => path),
    ...changes.map((change) => change.name),
  ]);
  const unknown = names.find((each) => !known.has(each));
  if (unknown === undefined) return;
  throw new AtkError("E_PLUGIN_NOT_FOUND", `there is no entry ${JSON.stringify(unknown)} in the manifest`);
}
