import type { Plan } from "../../core/plan.ts";
import { isPending } from "../../core/plan.ts";
import { OS_OF } from "../../manifest/match-when.ts";
import { VERSION } from "../../version.generated.ts";
import { createContext, type Context } from "../context.ts";
import { textDigest } from "../inputs.ts";
import { standingOf, type EntryStatus } from "../standing.ts";
import { lastError } from "./last-error.ts";
import { machineId } from "./machine-id.ts";
import type { MachineRecord } from "./machine-record.ts";
import { namedMachine } from "./named-machine.ts";

/** What this machine has now, as it may be told to the others. Uses no network; writes the machine's id when it has none. */
export async function observeMachine(told: Context): Promise<MachineRecord> {
  // With fresh eyes, and with the machine's key, which the first change has just made.
  const context = await createContext(told.host, told.workspace, () => undefined, { offline: true });
  const { host, look, workspace } = context;
  const { name, hostname, platform, arch, tags } = namedMachine(context);
  const { plan, standing } = await standingOf([], context);
  const lock = await look.text(workspace.lockFile);
  const error = await lastError(context);
  return {
    version: 1,
    id: await machineId(host),
    name,
    host: hostname,
    os: OS_OF[platform],
    arch,
    tags: tags.toSorted(),
    atk: VERSION,
    at: host.now().toISOString(),
    ...(await commitOf(context)),
    ...(lock === undefined ? {} : { lock: textDigest(lock) }),
    ...stateOf(plan),
    services: standing.entries.flatMap(serviceOf),
    ...(error === undefined ? {} : { error }),
  };
}

function stateOf({ changes, approvals = [] }: Plan): Pick<MachineRecord, "drifted" | "blocked" | "pending"> {
  const addresses = (wanted: (change: Plan["changes"][number]) => boolean): readonly string[] =>
    changes.filter(wanted).map(({ address }) => withoutFolder(address));
  return {
    drifted: addresses(({ verdict }) => verdict === "drifted"),
    blocked: addresses(({ verdict }) => verdict === "blocked" || verdict === "unmanaged"),
    pending: [...addresses(isPending), ...approvals.map(({ owner }) => `approval.${owner}`)],
  };
}

/** The manifest may name a skill by a path of one machine, with a user's name in it. */
function withoutFolder(address: string): string {
  return address.replace(/^([a-z_]+\.)(?:~|\/|[A-Za-z]:).*[/\\]/, "$1");
}

function serviceOf({ name, service }: EntryStatus): MachineRecord["services"] {
  return service === undefined ? [] : [{ plugin: name, state: service.state }];
}

async function commitOf({ host, workspace }: Context): Promise<Pick<MachineRecord, "commit" | "edited">> {
  const [{ chooseGit }, { findRepository }] = await Promise.all([
    import("../../git/choose-git.ts"),
    import("../../git/repository.ts"),
  ]);
  const top = await findRepository(host.files, workspace.directory);
  if (top === undefined) return {};
  const git = await chooseGit(host, top, "read");
  const { commit } = await git.head();
  if (commit === undefined) return {};
  const isEdited = await Promise.all(
    [workspace.manifestFile, workspace.lockFile].map(async (path) => {
      const committed = (await git.readFileAt(commit, path)) ?? new Uint8Array();
      return Buffer.compare(committed, (await host.files.read(path)) ?? new Uint8Array()) !== 0;
    }),
  );
  return { commit, ...(isEdited.includes(true) ? { edited: true } : {}) };
}
