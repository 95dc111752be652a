import type { Scanned } from "./finding.ts";
import type { KnownSecrets } from "./known-secrets.ts";
import { scanBytes } from "./scan-bytes.ts";
import { report } from "./scan-text.ts";

export interface CommitFile {
  /** Named in the findings. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Secrets in files that are about to be committed, in the order of the files. Binary files are passed over. */
export function findSecretsInCommit(files: Iterable<CommitFile>, known: KnownSecrets): Scanned {
  const located = [...files].flatMap(({ path, bytes }) => {
    const found = scanBytes(bytes, { known, file: path });
    return found === "binary" ? [] : found;
  });
  return report(located);
}
