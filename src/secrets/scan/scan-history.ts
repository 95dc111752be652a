import type { Finding } from "./finding.ts";
import type { KnownSecrets } from "./known-secrets.ts";
import { scanBytes } from "./scan-bytes.ts";

/** A content that a file once had. */
export interface HistoryBlob {
  readonly path: string;
  /** The first commit with it. */
  readonly commit: string;
  readonly sizeBytes: number;
  /** Absent when it is too large to be looked through. */
  readonly bytes?: Uint8Array;
}

export interface HistoryFinding extends Finding {
  /** The first commit with it. */
  readonly commit: string;
  /** In how many contents of this file it stands. */
  readonly versions: number;
}

export interface HistoryReport {
  /** In the order of the history. */
  readonly findings: readonly HistoryFinding[];
  /** How many more, counted likewise, stood only in lines with `ALLOW_MARK`. */
  readonly allowed: number;
  readonly scanned: number;
  readonly binary: number;
  readonly tooLarge: readonly { readonly path: string; readonly commit: string; readonly sizeBytes: number }[];
}

/**
 * Secrets in contents that come in the order of the history (`everyBlob`). The same secret in the same file is one finding, at
 * its first place, however many versions of the file have it. Memory: one content, and the findings.
 */
export async function scanHistory(blobs: AsyncIterable<HistoryBlob>, known: KnownSecrets): Promise<HistoryReport> {
  const found = new Map<string, HistoryFinding>();
  const allowed = new Set<string>();
  const tooLarge: HistoryReport["tooLarge"][number][] = [];
  let [scanned, binary] = [0, 0];
  for await (const { path, commit, sizeBytes, bytes } of blobs) {
    const located = bytes === undefined ? undefined : scanBytes(bytes, { known, file: path });
    if (located === undefined) tooLarge.push({ path, commit, sizeBytes });
    else if (located === "binary") binary++;
    else {
      scanned++;
      const seen = new Set<string>();
      for (const { finding, secret, allowed: isAllowed } of located) {
        const key = JSON.stringify([path, finding.rule, secret]);
        if (isAllowed) allowed.add(key);
        else if (!seen.has(key)) {
          seen.add(key);
          const first = found.get(key);
          found.set(key, { ...finding, commit, ...first, versions: (first?.versions ?? 0) + 1 });
        }
      }
    }
  }
  const onlyAllowed = [...allowed].filter((key) => !found.has(key)).length;
  return { findings: [...found.values()], allowed: onlyAllowed, scanned, binary, tooLarge };
}
