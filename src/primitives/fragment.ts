import { AtkError } from "../core/errors.ts";
import { isObject } from "../core/json.ts";
import { valueAt, type DocumentEdit } from "../formats/document.ts";
import type { Provider, Reading, Subject } from "./provider.ts";
import { keyChanges, viewText } from "./view.ts";

/** A value at a pointer inside a JSON, TOML or YAML file that belongs to somebody else. */
export const fragment: Provider<"fragment"> = {
  kind: "fragment",
  wanted: (content, shape, { digest }) => digest(viewText(content.value, shape)),

  async observe(subject, { look, digest }) {
    try {
      await refuseUnreadLink(subject, look);
      const value = valueAt(await look.data(subject.locator.file, subject.locator.format), subject.locator.at);
      if (value === undefined) return { state: "absent" };
      return { state: "present", digest: digest(viewText(value, subject.shape)) };
    } catch (error) {
      if (error instanceof AtkError) return { state: "blocked", error };
      throw error;
    }
  },

  async put(subject, { look }) {
    const { file, format, at } = subject.locator;
    const found = valueAt(await look.data(file, format), at);
    const { value } = subject.content;
    if (!isObject(found) || subject.shape === undefined) {
      return [{ type: "document", file, format, edits: [{ op: "set", at, value }] }];
    }
    const { set, remove } = keyChanges(found, value, subject.shape);
    const edits: DocumentEdit[] = remove.map((key) => ({ op: "delete", at: [...at, key] }));
    for (const [key, member] of Object.entries(set)) edits.push({ op: "set", at: [...at, key], value: member });
    return [{ type: "document", file, format, edits }];
  },

  drop: async ({ locator: { file, format, at } }) => [
    { type: "document", file, format, edits: [{ op: "delete", at }] },
  ],
};

async function refuseUnreadLink(subject: Subject<"fragment">, look: Reading["look"]): Promise<void> {
  if (subject.followsLinks) return;
  const { file } = subject.locator;
  if ((await look.stat(file))?.type !== "link") return;
  throw new AtkError("E_FILE", `${file} is a symbolic link, and this client reads nothing through a link`, {
    at: { file },
    hint: `replace the link by the file itself (a linked folder is fine)`,
  });
}
