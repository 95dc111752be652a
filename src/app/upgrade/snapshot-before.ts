import type { BackupEntry } from "../../manifest/upkeep.ts";
import { AtkError } from "../../core/errors.ts";
import { isObject, type Json } from "../../core/json.ts";
import type { Context } from "../context.ts";
import { contentsOf } from "../backup/contents.ts";
import { createJobs } from "../backup/create.ts";
import { findJobs, type Job } from "../backup/jobs.ts";
import { restoreBackup, type Restored } from "../backup/restore.ts";
import type { GoodPlugin } from "../plugin-env.ts";

/** What is known of the version before. */
type Was = { readonly version?: string | undefined };

/** A backup of a plugin's data as it was before its upgrade. */
export interface Snapshot {
  readonly name: string;
  /** `atk backup restore NAME --id ID`. */
  readonly id: string;
}

/**
 * A backup before an upgrade that may not be taken back by changing the version alone: undefined where none is wanted, or the plugin has
 * no data.
 * @throws AtkError E_BACKUP when it is wanted and could not be made: nothing is upgraded then
 */
export async function snapshotBefore(
  after: GoodPlugin,
  old: Was | undefined,
  context: Context,
): Promise<Snapshot | undefined> {
  const { name } = after.entry;
  const [found] = await findJobs({ names: [name], all: false }, context).catch(() => []);
  if (found === undefined) return undefined;
  const job = knownBy(found, after);
  if (!(await isWanted(job.entry, { after, old, before: found.plugin }))) return undefined;
  const hasData = await contentsOf(job, context).then(
    () => true,
    () => false,
  );
  if (!hasData) return undefined;
  const [made] = await createJobs([job], { to: [], reason: "before-upgrade" }, context);
  if (made?.id !== undefined && made.targets.some(({ problem }) => problem === undefined)) return { name, id: made.id };
  const why = made?.problem ?? made?.targets.find(({ problem }) => problem !== undefined)?.problem;
  throw new AtkError(
    "E_BACKUP",
    `not upgraded: its data could not be backed up before: ${why?.message ?? "no target took it"}`,
    {
      hint: why?.hint ?? `say backups: { ${name}: { before_upgrade: never } } to go without`,
    },
  );
}

/** Where the manifest names another version already, the old one is not at hand: what the new one says of its data is taken. */
function knownBy({ fault, ...job }: Job, after: GoodPlugin): Job {
  if (job.plugin !== undefined || fault === undefined) return { ...job, ...(fault === undefined ? {} : { fault }) };
  return { ...job, plugin: after };
}

interface Upgrade {
  readonly after: GoodPlugin;
  readonly before: GoodPlugin | undefined;
  readonly old: Was | undefined;
}

async function isWanted({ beforeUpgrade }: BackupEntry, { after, before, old }: Upgrade): Promise<boolean> {
  if (beforeUpgrade !== "risky") return beforeUpgrade === "always";
  const says = [after, before].some((each) => each?.definition.plugin.data?.riskyUpgrades === true);
  return (
    says ||
    (await isMajor(
      old?.version ?? before?.definition.plugin.version,
      after.locked.version ?? after.definition.plugin.version,
    ))
  );
}

/** Below 1.0 every minor version may break things. (semver.org, 4) */
async function isMajor(from: string | undefined, to: string | undefined): Promise<boolean> {
  const { default: semver } = await import("semver");
  const [old, next] = [semver.parse(from ?? ""), semver.parse(to ?? "")];
  if (old === null || next === null) return false;
  return old.major !== next.major || (old.major === 0 && old.minor !== next.minor);
}

/** As the log holds it: `NAME/ID`; of several with commas between. */
export function snapshotText({ name, id }: Snapshot): string {
  return `${name}/${id}`;
}

/** None when the text is not one of these. */
export function readSnapshot(text: Json | undefined): readonly Snapshot[] {
  if (typeof text !== "string") return [];
  return text.split(",").flatMap((each) => {
    const [name, id, more] = each.split("/");
    return name === undefined || id === undefined || more !== undefined ? [] : [{ name, id }];
  });
}

/** The newest backup that was made before an upgrade of a plugin, by the log of this machine. */
export async function lastSnapshot(name: string, { host, workspace }: Context): Promise<Snapshot | undefined> {
  const { openEventLog } = await import("../../log/event-log.ts");
  const log = openEventLog({ files: host.files, directory: workspace.stateDirectory, now: () => host.now() });
  const found = (await log.read("apply")).flatMap(({ data }) => (isObject(data) ? [data["snapshot"]] : []));
  return found.flatMap((each) => readSnapshot(each)).findLast((each) => each.name === name);
}

/** @public Brings the data back as it was; what is there now is kept as a backup of its own. For undo: everything was asked already. */
export function restoreSnapshot({ name, id }: Snapshot, context: Context): Promise<Restored> {
  const confirm = async (): Promise<boolean> => true;
  return restoreBackup(
    { name, id, only: [], from: [], dryRun: false, keepPresent: true, undeclared: false, confirm },
    context,
  );
}
