import type { JsonObject } from "./json.ts";
import type { Locator, Noun, Shape, StopKnowledge, TimerKnowledge } from "./resource.ts";

/** What atk wrote: where, and a keyed digest of it. Never content: a secret must not reach the state. */
export interface Recorded {
  readonly address: string;
  readonly noun: Noun;
  readonly owner: string;
  readonly agents: readonly string[];
  readonly locator: Locator;
  readonly digest: string;
  /** adopted: it was there before and equal, so it is let go and never deleted. */
  readonly origin: "created" | "adopted";
  /** See `Resource.sealed`. */
  readonly sealed?: boolean;
  /** Id into `State.shapes`. */
  readonly shape?: string;
  /** For trees: the files it consists of, with what `stat` said when they were written. */
  readonly files?: readonly RecordedFile[];
  /** For services: how to stop it. */
  readonly service?: StopKnowledge;
  /** For timers: what it does and how to take it away. */
  readonly timer?: TimerKnowledge;
  /** A service that `atk start` started and the manifest does not name: it goes on as long as its plugin is on. */
  readonly byHand?: true;
  /** For commands: how to undo it. */
  readonly undo?: { readonly command: string; readonly cwd: string; readonly isolation?: JsonObject };
}

export interface RecordedFile {
  readonly path: string;
  readonly sha256: string;
  readonly executable: boolean;
  readonly target?: string;
  /** mtime, ctime (ms), size (bytes), inode: when all are unchanged the content is taken as unchanged. */
  readonly stat?: readonly [number, number, number, number];
}

/** What atk made in a file that was not there before, so that taking everything away gives the same bytes back. */
export interface FileRecord {
  /** true: atk created the file. */
  readonly created: boolean;
  /** See `Made` in formats/document.ts. */
  readonly made: Readonly<Record<string, string | null>>;
}

export interface State {
  readonly version: 1;
  /** By `locatorKey`: the same place is the same resource, whatever it is called. */
  readonly resources: Readonly<Record<string, Recorded>>;
  readonly files: Readonly<Record<string, FileRecord>>;
  /** Directories atk created, deepest last. */
  readonly directories: readonly string[];
  readonly shapes: Readonly<Record<string, Shape>>;
  /** By place of a client's map: names of entries that were there before atk first wrote beside them. They are no drift. */
  readonly beside?: Readonly<Record<string, readonly string[]>>;
  /** By id of an edit that the manifest says to ignore: the digest it was seen with; null: it was gone. */
  readonly ignored?: Readonly<Record<string, string | null>>;
}

export const EMPTY_STATE: State = { version: 1, resources: {}, files: {}, directories: [], shapes: {} };
