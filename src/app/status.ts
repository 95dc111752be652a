import type { RepositoryStatus } from "../git/git.ts";
import { backupsStanding, type BackupsStanding } from "./backup/backup-standing.ts";
import type { Context } from "./context.ts";
import { settled } from "./settled.ts";
import type { StandingReport } from "./standing.ts";

export interface StatusReport extends StandingReport {
  readonly repository?: RepositoryStatus;
  /** Absent where the manifest has none. */
  readonly backups?: BackupsStanding;
}

/** What is there, with the state of the repository. One broken plugin never hides the others. Writes nothing, uses no network. */
export async function status(names: readonly string[], context: Context): Promise<StatusReport> {
  const asked = names.length === 0 ? repositoryStatus(context) : undefined;
  // A fault of the manifest comes first; nobody may be left waiting for the answer meanwhile.
  asked?.catch(() => undefined);
  const standing = await standingReport(names, context);
  const repository = await asked;
  const backups = names.length === 0 ? await backupsStanding(context) : undefined;
  return {
    ...standing,
    ...(repository === undefined ? {} : { repository }),
    ...(backups === undefined ? {} : { backups }),
  };
}

async function standingReport(names: readonly string[], context: Context): Promise<StandingReport> {
  const remembered = names.length === 0 ? await settled("standing", context) : undefined;
  if (remembered !== undefined) return remembered;
  const { standingOf } = await import("./standing.ts");
  return (await standingOf(names, context)).standing;
}

async function repositoryStatus({ host, workspace }: Context): Promise<RepositoryStatus | undefined> {
  const [{ chooseGit }, { findRepository }] = await Promise.all([
    import("../git/choose-git.ts"),
    import("../git/repository.ts"),
  ]);
  const top = await findRepository(host.files, workspace.directory);
  return top === undefined ? undefined : (await chooseGit(host, top, "read")).status();
}
