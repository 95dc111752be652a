import { AtkError } from "../core/errors.ts";
import type { Provider } from "./provider.ts";

/** A text file that is atk's from the first to the last byte. */
export const wholeFile: Provider<"file"> = {
  kind: "file",
  wanted: (content, _shape, { digest }) => digest(content.text),

  async observe({ locator: { file } }, { look, digest }) {
    try {
      const text = await look.text(file);
      return text === undefined ? { state: "absent" } : { state: "present", digest: digest(text) };
    } catch (error) {
      if (error instanceof AtkError) return { state: "blocked", error };
      throw error;
    }
  },

  put: async ({ locator: { file }, content }) => [
    { type: "file", file, bytes: new TextEncoder().encode(content.text), mode: 0o644 },
  ],
  drop: async ({ locator: { file } }) => [{ type: "remove", file }],
};
