import { AtkError } from "../core/errors.ts";
import { blockText, readBlock } from "../formats/markdown-block.ts";
import type { Provider } from "./provider.ts";

/** A marked section of a text file. Lines are compared without their endings, which belong to the file. */
export const block: Provider<"block"> = {
  kind: "block",
  wanted: (content, _shape, { digest }) => digest(blockText(content.text)),

  async observe({ locator: { file, id } }, { look, digest }) {
    try {
      const text = await look.text(file);
      const found = text === undefined ? undefined : readBlock(text, id);
      return found === undefined ? { state: "absent" } : { state: "present", digest: digest(found) };
    } catch (error) {
      if (error instanceof AtkError) return { state: "blocked", error: placed(error, file) };
      throw error;
    }
  },

  put: async ({ locator: { file, id }, content }) => [{ type: "block", file, id, text: content.text }],
  drop: async ({ locator: { file, id } }) => [{ type: "block", file, id, text: undefined }],
};

export function placed(error: AtkError, file: string): AtkError {
  if (error.at?.file) return error;
  return new AtkError(error.code, `${file}: ${error.message}`, {
    at: { ...error.at, file },
    hint: error.hint,
    cause: error,
  });
}
