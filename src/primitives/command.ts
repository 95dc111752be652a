import type { Provider } from "./provider.ts";

/**
 * A command that has to have been run once for a content. Whether it was is known from the state alone;
 * apply runs it, so it has no edits.
 */
export const command: Provider<"command"> = {
  kind: "command",
  wanted: (content) => content.digest,
  observe: async ({ recorded, content }) => {
    if (recorded === undefined) return { state: "absent" };
    // Earlier versions recorded less. What they ran was run: it is taken note of anew, and not run again.
    const isFormer = content !== undefined && recorded.digest === content.formerDigest;
    return { state: "present", digest: isFormer ? content.digest : recorded.digest };
  },
  put: async () => [],
  drop: async () => [],
};
