import { AtkError } from "../core/errors.ts";
import { isObject, type Json } from "../core/json.ts";
import { pointerText, valueAt, type DocumentEdit } from "../formats/document.ts";
import type { Provider, Reading, Subject } from "./provider.ts";
import { keyChanges, viewText } from "./view.ts";

/** A value at a pointer inside a JSON, TOML or YAML file that belongs to somebody else. */
export const fragment: Provider<"fragment"> = {
  kind: "fragment",
  wanted: (content, shape, { digest }) => digest(viewText(content.value, shape)),

  async observe(subject, { look, digest }) {
    try {
      await refuseUnreadLink(subject, look);
      const data = await look.data(subject.locator.file, subject.locator.format);
      refuseOtherShape(data, subject);
      const value = valueAt(data, subject.locator.at);
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

/** A container on the way that is no container cannot take the entry. Nothing (null) can still become one. */
function refuseOtherShape(data: Json | undefined, { locator: { file, at } }: Subject<"fragment">): void {
  for (const [depth, key] of at.entries()) {
    const found = valueAt(data, at.slice(0, depth));
    if (found === undefined || found === null) return;
    const fits = typeof key === "string" ? isObject(found) : Array.isArray(found);
    if (fits) continue;
    const place =
      depth === 0
        ? "the document"
        : at
            .slice(0, depth)
            .map((each) => (typeof each === "string" ? each : each.is))
            .join(".");
    const wanted = typeof key === "string" ? "a map" : "a list";
    throw new AtkError("E_SHAPE", `${place} in ${file} is expected to be ${wanted}, but is ${nameOf(found)}`, {
      at: { file, pointer: pointerText(at.slice(0, depth)) },
      hint: `correct ${place} in ${file}; atk changes nothing in it until then`,
    });
  }
}

function nameOf(value: Json): string {
  if (Array.isArray(value)) return "a list";
  return isObject(value) ? "a map" : `a ${typeof value}`;
}

async function refuseUnreadLink(subject: Subject<"fragment">, look: Reading["look"]): Promise<void> {
  if (subject.followsLinks) return;
  const { file } = subject.locator;
  if ((await look.stat(file))?.type !== "link") return;
  throw new AtkError("E_FILE", `${file} is a symbolic link, and this client reads nothing through a link`, {
    at: { file },
    hint: `replace the link by the file itself (a linked folder is fine)`,
  });
}
