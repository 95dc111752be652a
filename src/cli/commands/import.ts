import type { Proposal } from "../../app/import/propose.ts";
import type { Workspace } from "../../app/workspace.ts";
import { confirm } from "../confirm.ts";
import { DRY_RUN, YES, type Command, type Invocation } from "../command.ts";
import { painter } from "../paint.ts";
import { contextAt, outJson, sayWorkspace, type Session } from "../session.ts";

export const command: Command = {
  name: "import",
  summary: "take over what this machine's agents have already, without changing a byte of it",
  options: [
    { flags: "--agent <id...>", summary: "only what these agents have (else: every agent atk knows)" },
    { flags: "--project", summary: "the files of the project in this folder; its atk.yaml is made when there is none" },
    { flags: "--prefer <id...>", summary: "where agents have different entries of one name: take that of this agent" },
    { flags: "--no-secrets", summary: "leave alone what has a secret in clear" },
    YES,
    DRY_RUN,
  ],
  details:
    "Reads the files of every agent, proposes entries for atk.yaml, asks, writes them with one commit, and plans: nothing to do. Where there is no home yet, it is made first. A secret that stands in clear goes into the home's store, encrypted, and its file stays as it is; atk secret adopt then takes it out of the file. What cannot be taken over exactly as it stands is left alone, with the reason.",
  async run(invocation, session) {
    const { proposeImport } = await import("../../app/import/propose.ts");
    const { openImport } = await import("../../app/import/open-import.ts");
    const { options } = invocation;
    const choice = { global: session.global, project: options.flag("project") };
    const place = await openImport(choice, session.host);
    if (!place.isNew) sayWorkspace(session, place.workspace);
    if (!place.isNew && !options.flag("dryRun")) await endOpenWork(place.workspace, session);
    const context = await contextAt(session, place.workspace, place.host);
    const request = {
      agents: options.list("agent"),
      prefer: options.list("prefer"),
      withSecrets: !options.isOff("secrets"),
    };
    const proposal = await proposeImport(request, context);
    if (!session.json) await sayProposal(proposal, place.isNew, invocation, session);
    if (proposal.entries.length === 0 || options.flag("dryRun")) return withoutChange(proposal, invocation, session);
    if (!(await confirm(questionFor(proposal), "add --yes to import without asking", invocation, session))) {
      session.say("Declined: nothing was changed.");
      return 0;
    }
    const { carryOutImport } = await import("../../app/import/carry-out.ts");
    const workspace = await place.make();
    if (place.isNew) session.say(`Made ${workspace.manifestFile}.`);
    const done = await carryOutImport(proposal, await contextAt(session, workspace));
    const { reportImport, importAsData } = await import("../report-import.ts");
    if (session.json) outJson(session, importAsData(proposal, done));
    else reportImport(proposal, done, session);
    return 0;
  },
};

/** What an earlier run left half way looks imported already, but its commit may be missing. */
async function endOpenWork(workspace: Workspace, session: Session): Promise<void> {
  const { finishOpenWork, hasOpenWork, withHomeLock } = await import("../../app/open-work.ts");
  const context = await contextAt(session, workspace);
  if (await hasOpenWork(context)) await withHomeLock(context, "Import", () => finishOpenWork(context));
}

async function sayProposal(
  proposal: Proposal,
  isNew: boolean,
  { options }: Invocation,
  session: Session,
): Promise<void> {
  const { showProposal } = await import("../show-import.ts");
  const asData = options.flag("dryRun");
  const text = showProposal(proposal, proposal.context, painter(asData ? session.color.stdout : session.color.stderr));
  if (isNew) session.say(`There is no ${proposal.context.workspace.manifestFile} yet: it would be made.`);
  if (text === "") session.say("Nothing was found.");
  else if (asData) session.out(text);
  else session.say(text);
}

async function withoutChange(proposal: Proposal, { options }: Invocation, session: Session): Promise<number> {
  const { importAsData } = await import("../report-import.ts");
  if (session.json) outJson(session, importAsData(proposal));
  else session.say(options.flag("dryRun") ? "Nothing was changed (--dry-run)." : "Nothing to import.");
  return 0;
}

function questionFor({ entries }: Proposal): string {
  return entries.length === 1 ? "Import this entry?" : `Import these ${entries.length} entries?`;
}
