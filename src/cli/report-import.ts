import type { ImportDone } from "../app/import/carry-out.ts";
import type { Proposal } from "../app/import/propose.ts";
import { commitText } from "./commit-text.ts";
import type { Session } from "./session.ts";
import { showSummary } from "./show-plan.ts";

/** What was done, and the proof that it changed nothing. */
export function reportImport({ entries }: Proposal, { outcome, proof, files }: ImportDone, session: Session): void {
  session.say(`Imported ${entries.length}.${commitText(outcome)}`);
  const count = `${files.length} file${files.length === 1 ? "" : "s"}`;
  session.say(`Proof: no byte of ${count} of your agents was changed, and atk plan says: ${showSummary(proof)}`);
  const secrets = entries.filter((entry) => entry.secrets.length > 0).map(({ name }) => name);
  if (secrets.length > 0)
    session.say(`next: atk secret adopt --all takes the secrets of ${secrets.join(", ")} out of those files`);
}

/** The same as data. No value of a secret is in it. */
export function importAsData({ entries, left, managed, context, after }: Proposal, done?: ImportDone): unknown {
  return {
    outcome: done === undefined ? "proposed" : "imported",
    manifest: context.workspace.manifestFile,
    entries: entries.map(({ secrets, ...entry }) => {
      return { ...entry, secrets: secrets.map(({ name, variable }) => ({ name, variable })) };
    }),
    left,
    managed,
    manifest_text: after,
    ...(done?.outcome.committed === undefined ? {} : { committed: done.outcome.committed }),
    ...(done === undefined ? {} : { proof: { files: done.files, summary: done.proof.summary } }),
  };
}
