import { findMatches } from "./find-matches.ts";
import { locate, type Located, type Origin } from "./finding.ts";
import type { ScanOptions } from "./scan-text.ts";

/** A text that comes in pieces. Keeps at most one piece and what it overlaps with in memory. */
export interface PieceScanner {
  push(text: string): void;
  /** All that was found, in order. Secrets that are longer than the overlap may be found only in part. */
  end(): readonly Located[];
}

/** In characters. `overlap`: more than any shape can be long; a longer known secret makes it longer. */
export interface PieceSizes {
  readonly piece: number;
  readonly overlap: number;
}

const SIZES: PieceSizes = { piece: 5 * 1024 * 1024, overlap: 64 * 1024 };
/** A shape looks at what stands before it, at most this far. */
const LOOK_BACK = 64;

export function createPieceScanner({ known, file }: ScanOptions, sizes: PieceSizes = SIZES): PieceScanner {
  const overlap = Math.max(sizes.overlap, 2 * known.longest);
  const found: Located[] = [];
  let text = "";
  let origin: Origin = { file, lines: 0, characters: 0 };
  /** What begins before this was reported with the piece before. */
  let done = 0;
  const settle = (upTo: number): void => {
    const matches = findMatches(text, known).filter(({ from }) => from >= done && from < upTo);
    found.push(...locate(text, matches, origin));
    const cut = Math.max(0, upTo - LOOK_BACK);
    done = Math.max(upTo, matches.at(-1)?.to ?? 0) - cut;
    origin = advance(origin, text.slice(0, cut));
    text = text.slice(cut);
  };
  return {
    push: (more) => {
      text += more;
      if (text.length >= sizes.piece + overlap) settle(text.length - overlap);
    },
    end: () => {
      settle(text.length);
      return found;
    },
  };
}

function advance({ file, lines, characters }: Origin, text: string): Origin {
  let count = 0;
  let begin = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", begin)) {
    count++;
    begin = at + 1;
  }
  const before = count === 0 ? characters : 0;
  return { file, lines: lines + count, characters: before + text.length - begin };
}
