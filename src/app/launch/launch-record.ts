import { join } from "node:path";
import type { PluginEntry, ServerDeclaration } from "../../manifest/manifest.ts";
import type { Plugin } from "../../manifest/plugin.ts";
import type { GuardRules } from "../../tools/guard/guard-rules.ts";
import { VERSION } from "../../version.generated.ts";
import type { PinnedStart } from "./pinned-start.ts";

/** What is needed to start one server, besides what may change without the manifest: `.env` and the environment. */
export type Launchable = Described & { readonly guard?: GuardRules; readonly pinned?: PinnedStart };

type Described =
  | {
      readonly kind: "plugin";
      readonly entry: Pick<PluginEntry, "name" | "env">;
      readonly plugin: Pick<Plugin, "envVars" | "servers">;
      /** The text of custom/overrides.yaml that is part of it. */
      readonly overrides: string | null;
      /** Which of its servers. */
      readonly server: string;
    }
  | { readonly kind: "declared"; readonly id: string; readonly declaration: ServerDeclaration };

/** The texts that everything else was made from. */
export interface Origin {
  readonly directory: string;
  readonly manifest: string;
  readonly lock: string | null;
  /** What tells which machine this is (settings-record.ts), when the manifest says different things of different ones. */
  readonly machine?: string;
}

type Head = Origin & { readonly version: string };

/** One line for the origin and one for each name, so that only two of them have to be parsed. */
export function printRecord(origin: Origin, launchables: ReadonlyMap<string, Launchable>): string {
  const head: Head = { version: VERSION, ...origin };
  const lines = [...launchables].map(([name, launchable]) => `${name}\t${JSON.stringify(launchable)}\n`);
  return `${JSON.stringify(head)}\n${lines.join("")}`;
}

export interface Found {
  readonly origin: Origin;
  readonly launchable: Launchable;
}

/** Undefined when the text is another version's, or knows nothing of the name. */
export function findInRecord(text: string, name: string): Found | undefined {
  const mark = `\n${name}\t`;
  const start = text.indexOf(mark);
  if (start === -1) return undefined;
  const head = JSON.parse(text.slice(0, text.indexOf("\n"))) as Head;
  if (head.version !== VERSION) return undefined;
  const line = text.slice(start + mark.length, text.indexOf("\n", start + 1));
  return { origin: head, launchable: JSON.parse(line) as Launchable };
}

/** Beside the remembered parses (app/shortcuts.ts): whoever deletes those deletes this. */
export function recordFile(cacheDirectory: string, directory: string): string {
  return join(cacheDirectory, "parsed", `${shortHash(directory)}.launch`);
}

export function settingsRecordFile(cacheDirectory: string): string {
  return join(cacheDirectory, "parsed", "settings.launch");
}

/** FNV-1a, twice with 32 bits. The record names its folder, so a double is no harm; node:crypto takes longer to load than all of this. */
function shortHash(text: string): string {
  let [first, second] = [0x811c9dc5, 0x01000193];
  for (let at = 0; at < text.length; at += 1) {
    first = Math.imul(first ^ text.charCodeAt(at), 0x01000193);
    second = Math.imul(second ^ text.charCodeAt(at), 0x85ebca6b) ^ (second >>> 13);
  }
  return [first, second].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}
