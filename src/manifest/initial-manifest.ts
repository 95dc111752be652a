import { MANIFEST_TEMPLATE } from "./generated/template.generated.js";

export interface InitialManifestOptions {
  /** Client ids that are wired by default. */
  readonly agents: readonly string[];
  /** Of a project: what is committed there is for its people to decide. */
  readonly isProject?: true;
}

/** The text of a new manifest: templates/atk.yaml with the agents filled in. */
export function initialManifest({ agents, isProject }: InitialManifestOptions): string {
  const text =
    isProject === true ? MANIFEST_TEMPLATE.replace("auto_commit: true", "auto_commit: false") : MANIFEST_TEMPLATE;
  return text.replace(/^agents: \[\]$/m, `agents: [${agents.join(", ")}]`);
}
