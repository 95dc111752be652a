import { resolve } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import type { Json } from "../../core/json.ts";
import { layoutOf } from "../../formats/yaml-layout.ts";
import { set } from "../../formats/yaml-set.ts";
import { parseLock, printLock } from "../../manifest/lock-file.ts";
import type { Lock } from "../../manifest/lock.ts";
import { parseManifest } from "../../manifest/parse-manifest.ts";
import { isObject } from "../../core/json.ts";
import { parseExport, type ExportFile } from "./export-file.ts";

/** What a new home has in it, by paths relative to it. */
export interface HomeContent {
  readonly files: Readonly<Record<string, { readonly text: string; readonly mode: number }>>;
  /** The manifest's own agents. */
  readonly agents: readonly string[];
}

/** The path of an exported file, where `from` names one and no repository. */
export async function exportFileAt(from: string, { files, machine }: Host): Promise<string | undefined> {
  const path = resolve(machine.workingDirectory, from);
  const isNamed = /\.ya?ml$/i.test(from);
  const stat = /^[a-z+]+:\/\//i.test(from) ? undefined : await files.stat(path).catch(() => undefined);
  if (stat !== undefined) return isNamed && stat.type !== "directory" ? path : undefined;
  if (!isNamed || from.includes(":")) return undefined;
  throw new AtkError("E_USAGE", `there is no file ${path}`, { at: { file: path }, hint: "atk init --help" });
}

/**
 * What an exported file makes a home of, checked before anything is written. `agents`: in the place of those it names.
 * @throws AtkError E_MANIFEST, E_LOCK, E_HOSTILE
 */
export async function readExport(path: string, agents: readonly string[], { files }: Host): Promise<HomeContent> {
  const bytes = await files.read(path);
  const parsed = parseExport(new TextDecoder().decode(bytes ?? new Uint8Array()), path);
  const { clientIds } = await import("../../clients/ids.ts");
  const text = agents.length === 0 ? parsed.manifest : withAgents(parsed.manifest, agents);
  const { manifest } = parseManifest(text, path, { clientIds });
  return { files: { "atk.yaml": plain(text), ...lockOf(parsed, path), ...embedded(parsed) }, agents: manifest.agents };
}

function withAgents(text: string, agents: readonly string[]): string {
  const data = layoutOf(text).document.toJS() as Json;
  const before = isObject(data) ? data["agents"] : undefined;
  return set(text, { path: [], key: "agents", before, after: [...agents] });
}

function lockOf({ lock }: ExportFile, path: string): HomeContent["files"] {
  const checked = parseLock(printLock(lock as unknown as Lock), path);
  return Object.keys(checked.plugins).length === 0 ? {} : { "atk.lock": plain(printLock(checked)) };
}

function embedded({ files }: ExportFile): HomeContent["files"] {
  const all = Object.entries(files);
  return Object.fromEntries(
    all.map(([path, { text, executable }]) => [path, { text, mode: executable === true ? 0o755 : 0o644 }]),
  );
}

function plain(text: string): { readonly text: string; readonly mode: number } {
  return { text, mode: 0o644 };
}
