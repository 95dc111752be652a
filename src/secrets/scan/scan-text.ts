import { findMatches } from "./find-matches.ts";
import { locate, type Located, type Scanned } from "./finding.ts";
import type { KnownSecrets } from "./known-secrets.ts";

export interface ScanOptions {
  /** From `knowSecrets`. */
  readonly known: KnownSecrets;
  /** Named in the findings. */
  readonly file: string;
}

/** Secrets in a text, in order. Linear in the text; for texts of many megabytes use `createPieceScanner`. */
export function scanText(text: string, { known, file }: ScanOptions): Scanned {
  return report(locate(text, findMatches(text, known), { file, lines: 0, characters: 0 }));
}

export function report(located: readonly Located[]): Scanned {
  const shown = located.filter(({ allowed }) => !allowed);
  return { findings: shown.map(({ finding }) => finding), allowed: located.length - shown.length };
}
