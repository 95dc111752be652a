import { AtkError } from "../../core/errors.ts";
import type { ReadFiles } from "../../core/host.ts";
import { filePieces } from "../../host/file-pieces.ts";
import type { Finding, Located } from "./finding.ts";
import type { KnownSecrets } from "./known-secrets.ts";
import { createByteScanner, scanBytes } from "./scan-bytes.ts";
import { report } from "./scan-text.ts";

export interface ScanFilesDeps {
  readonly files: ReadFiles;
  /** From `knowSecrets`. */
  readonly known: KnownSecrets;
  /** Bytes of a large file in chunks; default: from the real file system. */
  readonly pieces?: (path: string) => AsyncIterable<Uint8Array>;
}

export interface FilesReport {
  /** In the order of the paths, and in a file from its top. */
  readonly findings: readonly Finding[];
  /** How many more stood in lines with `ALLOW_MARK`. */
  readonly allowed: number;
  /** How many files were looked through. */
  readonly scanned: number;
  readonly binary: number;
  /** Files that are there and cannot be read. */
  readonly unread: readonly { readonly path: string; readonly message: string }[];
}

/** Files larger than this are read in pieces. */
const WHOLE_BYTES = 5 * 1024 * 1024;
/** How many files are open at a time. */
const WIDTH = 8;

/**
 * Secrets in files, given by absolute path. A file that is named twice, also through a link, is looked through once; what is absent,
 * and what is no file, is passed over. Never throws for a file that cannot be read.
 */
export async function scanFiles(paths: Iterable<string>, deps: ScanFilesDeps): Promise<FilesReport> {
  const files = await distinctFiles(paths, deps.files);
  const results = await inParallel(files, (file) => scanFile(file, deps));
  const located = results.flatMap((result) => (result.state === "scanned" ? result.located : []));
  return {
    ...report(located),
    scanned: results.filter(({ state }) => state === "scanned").length,
    binary: results.filter(({ state }) => state === "binary").length,
    unread: results.flatMap((result) =>
      result.state === "unread" ? [{ path: result.path, message: result.message }] : [],
    ),
  };
}

interface FoundFile {
  /** As it was given. */
  readonly path: string;
  readonly real: string;
}

async function distinctFiles(paths: Iterable<string>, files: ReadFiles): Promise<readonly FoundFile[]> {
  const found = new Map<string, FoundFile>();
  for (const path of new Set(paths)) {
    const real = await files.realPath(path).catch(() => path);
    if (real !== undefined && !found.has(real)) found.set(real, { path, real });
  }
  return [...found.values()];
}

type FileResult =
  | { readonly state: "scanned"; readonly located: readonly Located[] }
  | { readonly state: "binary" | "none" }
  | { readonly state: "unread"; readonly path: string; readonly message: string };

async function scanFile({ path, real }: FoundFile, deps: ScanFilesDeps): Promise<FileResult> {
  try {
    const stat = await deps.files.stat(real);
    if (stat?.type !== "file") return { state: "none" };
    const options = { known: deps.known, file: path };
    const located =
      stat.sizeBytes > WHOLE_BYTES
        ? await scanPieces((deps.pieces ?? filePieces)(real), options)
        : scanBytes((await deps.files.read(real)) ?? new Uint8Array(), options);
    return located === "binary" ? { state: "binary" } : { state: "scanned", located };
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    return { state: "unread", path, message: error.message };
  }
}

async function scanPieces(
  pieces: AsyncIterable<Uint8Array>,
  options: Parameters<typeof createByteScanner>[0],
): Promise<readonly Located[] | "binary"> {
  const scanner = createByteScanner(options);
  for await (const piece of pieces) if (!scanner.push(piece)) break;
  return scanner.end();
}

async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = Array.from({ length: items.length });
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(WIDTH, items.length) }, worker));
  return results;
}
