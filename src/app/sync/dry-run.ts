import type { TreeEdit } from "../../git/git-merging.ts";
import { parseLock } from "../../manifest/lock-file.ts";
import { change } from "../change.ts";
import { lookAgain, type Context } from "../context.ts";
import { withManifest, type Inputs } from "../inputs.ts";
import { currentBranch, type HomeRepository } from "./home-repository.ts";
import { reached } from "./reached.ts";
import type { SyncOutcome, SyncRequest } from "./sync-request.ts";
import { deriveIncoming } from "./take-in.ts";

/** What a sync would take in, and what this machine would change then. Moves nothing but what git knows of the remote. */
export async function dryRun(request: SyncRequest, repository: HomeRepository, context: Context): Promise<SyncOutcome> {
  const branch = await currentBranch(repository);
  const fetched = reached(await context.step("Fetch", () => repository.git.fetch(request)));
  const incoming = await deriveIncoming(repository, branch, { fetched, request }, context);
  const { taken, received, questions, files, edits } = incoming;
  const found = { remote: fetched.remote, branch: fetched.branch, taken, received, questions, files };
  const rest = { isCommitted: true, changes: [], pushed: { state: "not-asked" } } as const;
  if (questions.length > 0) return { state: "questions", ...found, ...rest };
  const planned = await change(
    {
      selection: { names: [] },
      message: "Sync",
      decisions: {},
      dryRun: true,
      edit: async (inputs) => asMerged(inputs, edits, { repository, context }),
      isEdit: false,
      approve: async () => false,
      ...(request.unattended ? { unattended: true } : {}),
    },
    lookAgain(context),
  );
  return { state: "dry-run", ...found, ...rest, changes: [planned] };
}

interface Place {
  readonly repository: HomeRepository;
  readonly context: Context;
}

/** The manifest and the lock as they would be; an edit by hand that is not committed yet is not merged in. */
async function asMerged(
  inputs: Inputs,
  edits: ReadonlyMap<string, TreeEdit>,
  { repository: { git, prefix }, context }: Place,
): Promise<Inputs> {
  const textOf = async (name: string): Promise<string | undefined> => {
    const edit = edits.get(`${prefix}${name}`);
    return edit === undefined ? undefined : "text" in edit ? edit.text : git.blobText(edit.id);
  };
  const [manifest, lock] = await Promise.all([textOf("atk.yaml"), textOf("atk.lock")]);
  const merged = manifest === undefined ? inputs : await withManifest(inputs, manifest, context);
  return lock === undefined ? merged : { ...merged, lockText: lock, lock: parseLock(lock, context.workspace.lockFile) };
}
