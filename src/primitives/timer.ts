import type { Provider } from "./provider.ts";

/**
 * Something that the system starts by the clock. Its manager says what stands there; apply tells the manager, so it has no edits.
 * One that nothing wants any more counts as it was left: it bears the name of this home, so whatever it became goes with it.
 */
export const timer: Provider<"timer"> = {
  kind: "timer",
  wanted: (content, _shape, { digest }) => digest(content.text),
  async observe({ content, recorded }, { digest }) {
    if (content === undefined)
      return recorded === undefined ? { state: "absent" } : { state: "present", digest: recorded.digest };
    const text = await content.observe();
    return text === undefined ? { state: "absent" } : { state: "present", digest: digest(text) };
  },
  put: async () => [],
  drop: async () => [],
};
