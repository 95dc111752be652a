import type { Provider } from "./provider.ts";

/**
 * A service that has to be running or stopped. While it is as it was left, it has the digest of then, so that a service that
 * runs with what is not wanted any more is noticed; anything else counts as not there. Apply starts and stops it, so it has no edits.
 */
export const service: Provider<"service"> = {
  kind: "service",
  wanted: (content) => content.digest,
  async observe({ content, recorded }) {
    if (content === undefined)
      return recorded === undefined ? { state: "absent" } : { state: "present", digest: recorded.digest };
    const isAsWanted = settles(await content.observe(), content.wants);
    return isAsWanted ? { state: "present", digest: recorded?.digest ?? content.digest } : { state: "absent" };
  },
  put: async () => [],
  drop: async () => [],
};

/** What is unhealthy or still starting was started; whether to start it again is a person's decision. */
function settles(state: string, wants: "running" | "stopped"): boolean {
  const runs = ["running", "starting", "unhealthy"].includes(state);
  return wants === "running" ? runs : !runs;
}
