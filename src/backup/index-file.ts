import { isObject, type Json, type JsonObject } from "../core/json.ts";
import { damaged } from "./backup-fault.ts";
import type { ListedEntry } from "./archive/entry.ts";
import { refuseHostile } from "./refuse-hostile.ts";
import { collect, type Bytes } from "./archive/streams.ts";

/** Where a part of the data belongs on any machine. */
export interface Place {
  /** What is below this path in the archive. */
  readonly at: string;
  /** plugin: below the plugin's folder. home: below the home folder. manifest: below the manifest's. root: from the root. */
  readonly kind: "plugin" | "home" | "manifest" | "root" | "volume" | "command";
  /** Below that; the name of a volume; "" for what the plugin's own command wrote. */
  readonly path: string;
  /** What was left out, or kept alone: nothing that a pattern means is taken away by a restore. */
  readonly exclude: readonly string[];
  readonly only?: string;
}

/** What is in an archive. */
export interface Index {
  readonly places: readonly Place[];
  /** What is not as it should be, in words. */
  readonly notes: readonly string[];
  readonly entries: readonly ListedEntry[];
}

/** One line of JSON for what is said of all, and one for each entry. */
export async function* indexLines({ entries, ...head }: Index): Bytes {
  yield Buffer.from(`${JSON.stringify(head)}\n`);
  for (let at = 0; at < entries.length; at += 500)
    yield Buffer.from(
      entries
        .slice(at, at + 500)
        .map((entry) => `${JSON.stringify(entry)}\n`)
        .join(""),
    );
}

/** @throws AtkError E_DAMAGED, also for paths that lead out of the places, or through a link */
export async function readIndex(source: Bytes): Promise<Index> {
  const lines = (await collect(source)).toString("utf8").trimEnd().split("\n");
  const [head, ...entries] = lines.map(parsed);
  if (!isObject(head ?? null)) throw damaged("the list of the backup cannot be read");
  const index: Json = { ...(head as JsonObject), entries };
  refuseHostile(index);
  return index as unknown as Index;
}

function parsed(line: string): Json {
  try {
    return JSON.parse(line) as Json;
  } catch {
    throw damaged("the list of the backup cannot be read");
  }
}
