import { AtkError } from "../core/errors.ts";
import type { FileStat, ReadFiles } from "../core/host.ts";
import type { Json } from "../core/json.ts";
import type { DocumentFormatId } from "../core/resource.ts";
import { loadFormat } from "./load-format.ts";

/** The machine as one run sees it: every file is read and parsed at most once. */
export interface Look {
  /** Straight to the file system. */
  readonly files: ReadFiles;
  /** The same, with what was read and looked at once remembered. */
  readonly remembered: ReadFiles;
  /** false: the file system keeps no executable bit (Windows), so it says nothing about a file. */
  readonly keepsExecutableBit: boolean;
  stat(path: string): Promise<FileStat | undefined>;
  bytes(path: string): Promise<Uint8Array | undefined>;
  /** @throws AtkError E_FORMAT when it is not UTF-8, E_FILE when it is not a regular file. */
  text(path: string): Promise<string | undefined>;
  /** Parsed data; undefined when the file is absent or blank. */
  data(path: string, format: DocumentFormatId): Promise<Json | undefined>;
}

export function createLook(files: ReadFiles, keepsExecutableBit = true): Look {
  const stats = new Map<string, Promise<FileStat | undefined>>();
  const contents = new Map<string, Promise<Uint8Array | undefined>>();
  const texts = new Map<string, Promise<string | undefined>>();
  const documents = new Map<string, Promise<Json | undefined>>();
  const look: Look = {
    files,
    remembered: { ...files, read: (path) => look.bytes(path), stat: (path) => look.stat(path) },
    keepsExecutableBit,
    stat: (path) => once(stats, path, () => files.stat(path)),
    bytes: (path) => once(contents, path, () => files.read(path)),
    text: (path) => once(texts, path, async () => decode(await look.bytes(path), path)),
    data: (path, format) => once(documents, `${format}:${path}`, () => parse(look, path, format)),
  };
  return look;
}

function once<T>(cache: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = cache.get(key);
  if (known !== undefined) return known;
  const made = make();
  cache.set(key, made);
  return made;
}

function decode(bytes: Uint8Array | undefined, path: string): string | undefined {
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new AtkError("E_FORMAT", `${path} is not UTF-8 text, so atk cannot edit it safely`, {
      at: { file: path },
      hint: `convert it first, e.g. iconv -t UTF-8 ${path}`,
      cause,
    });
  }
}

async function parse(look: Look, path: string, format: DocumentFormatId): Promise<Json | undefined> {
  const text = await look.text(path);
  if (text === undefined) return undefined;
  const { parse: parseText } = await loadFormat(format);
  return parseText(text, path);
}
