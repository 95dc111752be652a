import type { Provider } from "./provider.ts";

/**
 * A command that has to have been run once for a content. Whether it was is known from the state alone;
 * apply runs it, so it has no edits.
 */
export const command: Provider<"command"> = {
  kind: "command",
  wanted: (content) => content.digest,
  observe: async ({ recorded }) =>
    recorded === undefined ? { state: "absent" } : { state: "present", digest: recorded.digest },
  put: async () => [],
  drop: async () => [],
};
