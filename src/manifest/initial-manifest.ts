import { MANIFEST_TEMPLATE } from "./generated/template.generated.js";

export interface InitialManifestOptions {
  /** Client ids that are wired by default. */
  readonly agents: readonly string[];
}

/** The text of a new manifest: templates/atk.yaml with the agents filled in. */
export function initialManifest({ agents }: InitialManifestOptions): string {
  return MANIFEST_TEMPLATE.replace(/^agents: \[\]$/m, `agents: [${agents.join(", ")}]`);
}
