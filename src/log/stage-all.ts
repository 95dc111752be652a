import { dirname } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Files } from "../core/host.ts";
import type { Json } from "../core/json.ts";
import { keepBeforeImages } from "./before-images.ts";
import type { Draft } from "./draft.ts";
import type { DraftedStep } from "./draft-step.ts";
import { makePrivateDirectory, syncDirectories } from "./durable.ts";
import { forEach } from "./for-each.ts";
import { journalFile, markPhase, originalsDirectory, type Intent, type JournalPlace } from "./journal.ts";
import { describeImages } from "./run-images.ts";
import { stageStep } from "./stage-step.ts";

interface Staging extends JournalPlace {
  readonly keep?: Json;
}

/** Everything that has to be on disk before the first file is changed; then the journal says so. */
export async function stageAll(draft: Draft, intent: Intent, { keep, ...place }: Staging): Promise<void> {
  const { steps } = draft;
  const { id, at } = intent;
  const { files, directory } = place;
  await refuseOtherOwners(steps, journalFile(directory), files);
  const originals = originalsDirectory(directory, id);
  if (steps.some(hasOriginal)) await makePrivateDirectory(originals, files);
  await forEach(steps, (each) => stageStep(each, files));
  if (keep !== undefined) await describeImages(draft, intent, { ...place, record: keep });
  await keepBeforeImages(steps, { ...place, id, at });
  await syncDirectories([directory, dirname(originals), originals, ...steps.flatMap(stagedIn)], files);
  await markPhase("staged", place);
}

/** A file put in the place of another one belongs to who puts it there: whoever runs atk, which the journal tells. */
async function refuseOtherOwners(steps: readonly DraftedStep[], ours: string, files: Files): Promise<void> {
  const own = (await files.stat(ours))?.uid;
  for (const { step, target } of steps) {
    const owner = target?.file?.stat.uid;
    if (step.type !== "put" || owner === undefined || own === undefined || owner === own) continue;
    throw new AtkError(
      "E_FILE",
      `cannot write ${step.path}: it belongs to another user (uid ${owner}, atk runs as ${own})`,
      {
        at: { file: step.path },
        hint: "run atk as the owner of the file, without sudo",
      },
    );
  }
}

function hasOriginal({ step }: DraftedStep): boolean {
  return (step.type === "put" || step.type === "remove") && step.original !== undefined;
}

function stagedIn({ step }: DraftedStep): readonly string[] {
  return step.type === "put" ? [dirname(step.staged)] : [];
}
