import { AtkError } from "../core/errors.ts";
import type { FileRecord, State } from "../core/state.ts";
import type { DocumentEdit } from "../formats/document.ts";
import type { Expected, FileChange } from "../host/file-change.ts";
import { digestBytes } from "../host/digest.ts";
import { placed } from "./block.ts";
import type { Edit } from "./edit.ts";
import { loadEditor } from "./load-format.ts";
import type { Look } from "./look.ts";

export interface Gathered {
  readonly changes: readonly FileChange[];
  /** Records of every file that was edited; undefined: nothing to remember any more. */
  readonly files: Readonly<Record<string, FileRecord | undefined>>;
}

export interface Gathering {
  readonly look: Look;
  readonly state: State;
  /** Permission bits of text files that do not exist yet. */
  readonly newFileMode: number;
}

const NOTHING: FileRecord = { created: false, made: {} };

/** Edits of many resources as one change for each file, done on the content that `look` has seen. */
export async function gather(edits: readonly Edit[], gathering: Gathering): Promise<Gathered> {
  const byFile = new Map<string, Edit[]>();
  for (const edit of edits) {
    const known = byFile.get(edit.file);
    if (known === undefined) byFile.set(edit.file, [edit]);
    else known.push(edit);
  }
  const results = await Promise.all([...byFile].map(([file, list]) => gatherFile(file, list, gathering)));
  return {
    changes: results.flatMap((result) => result.changes),
    files: Object.assign({}, ...results.map((result) => result.files)) as Gathered["files"],
  };
}

async function gatherFile(file: string, edits: readonly Edit[], gathering: Gathering): Promise<Gathered> {
  const last = edits.at(-1);
  if (last === undefined) return { changes: [], files: {} };
  if (last.type === "document" || last.type === "block") return editText(file, edits, gathering);
  return { changes: [await wholeChange(last, gathering.look)].filter((change) => change !== undefined), files: {} };
}

async function wholeChange(edit: Edit, look: Look): Promise<FileChange | undefined> {
  const path = edit.file;
  const expected = await expectedAt(path, look);
  if (edit.type === "file") {
    const { bytes, mode } = edit;
    return { type: "write", path, bytes, mode, ...(edit.forceMode ? { forceMode: true } : {}), expected };
  }
  if (edit.type === "link") return { type: "link", path, target: edit.target, expected };
  return expected.state === "absent" ? undefined : { type: "remove", path, expected };
}

async function expectedAt(path: string, look: Look): Promise<Expected> {
  const stat = await look.stat(path);
  if (stat === undefined) return { state: "absent" };
  if (stat.type === "link") return { state: "link", target: (await look.files.readLink(path)) ?? "" };
  const bytes = await look.bytes(path);
  return bytes === undefined ? { state: "absent" } : { state: "file", digest: digestBytes(bytes) };
}

async function editText(file: string, edits: readonly Edit[], gathering: Gathering): Promise<Gathered> {
  const { look, state, newFileMode } = gathering;
  const before = await look.text(file);
  const record = state.files[file] ?? { ...NOTHING, created: before === undefined };
  const edited = await applyEdits({ text: before ?? "", made: record.made }, edits);
  const files = { [file]: remember(record, edited.made) };
  if (edited.text === (before ?? "")) return { changes: [], files: { [file]: keepIf(record, state.files[file]) } };
  if (record.created && edited.text.trim() === "" && before !== undefined) {
    return { changes: [{ type: "remove", path: file, expected: fileWith(before) }], files: { [file]: undefined } };
  }
  const bytes = new TextEncoder().encode(edited.text);
  const expected = before === undefined ? ({ state: "absent" } as const) : fileWith(before);
  return { changes: [{ type: "write", path: file, bytes, mode: newFileMode, expected }], files };
}

function fileWith(text: string): { readonly state: "file"; readonly digest: string } {
  return { state: "file", digest: digestBytes(new TextEncoder().encode(text)) };
}

function keepIf(record: FileRecord, known: FileRecord | undefined): FileRecord | undefined {
  return known === undefined ? undefined : record;
}

function remember(record: FileRecord, made: FileRecord["made"]): FileRecord | undefined {
  if (!record.created && Object.keys(made).length === 0) return undefined;
  return { created: record.created, made };
}

interface Draft {
  readonly text: string;
  readonly made: FileRecord["made"];
}

async function applyEdits(draft: Draft, edits: readonly Edit[]): Promise<Draft> {
  const blocks = edits.filter((edit) => edit.type === "block");
  const documents = edits.filter((edit) => edit.type === "document");
  let { text, made } = draft;
  const first = documents[0];
  if (first !== undefined) {
    const editor = await loadEditor(first.format);
    const all: DocumentEdit[] = documents.flatMap((edit) => edit.edits);
    ({ text, made } = editor.edit({ text, edits: all, made, file: first.file }));
  }
  if (blocks.length > 0) {
    const { deleteBlock, setBlock } = await import("../formats/markdown-block.ts");
    for (const edit of blocks) {
      text = withPlace(edit.file, () =>
        edit.text === undefined ? deleteBlock(text, edit.id) : setBlock(text, edit.id, edit.text ?? ""),
      );
    }
  }
  return { text, made };
}

function withPlace(file: string, edit: () => string): string {
  try {
    return edit();
  } catch (error) {
    throw error instanceof AtkError ? placed(error, file) : error;
  }
}
