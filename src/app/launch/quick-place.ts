import { dirname, join } from "node:path";
import type { ReadHost } from "../../core/host.ts";
import { cacheRoot, filesOf, homeDirectory, type WorkspaceFiles } from "../machine-paths.ts";
import { settingsRecordFile } from "./launch-record.ts";
import { homeInRecord, settingsTexts } from "./settings-record.ts";

/** The manifest that governs a run, found without a library. */
export interface QuickPlace extends WorkspaceFiles {
  /** Links resolved. */
  readonly directory: string;
}

/** What `findWorkspace` finds (app/workspace.ts); undefined wherever that takes more than a look. @throws AtkError E_FILE. */
export async function quickPlace(host: ReadHost, isGlobal: boolean): Promise<QuickPlace | undefined> {
  const home = await quickHome(host);
  if (home === undefined) return undefined;
  const nearest = isGlobal ? "none" : await searchUpwards(host);
  if (nearest === undefined) return undefined;
  const realHome = await realPath(home, host);
  const directory = nearest === "none" ? realHome : await realPath(nearest, host);
  return { directory, ...filesOf(directory, directory === realHome ? "user" : "project") };
}

async function quickHome(host: ReadHost): Promise<string | undefined> {
  const { machine, files } = host;
  const texts = await settingsTexts(host);
  if (texts === undefined) return homeDirectory(machine);
  const record = await files.read(settingsRecordFile(cacheRoot(machine)));
  const known = record === undefined ? undefined : homeInRecord(new TextDecoder().decode(record), texts);
  return known === undefined ? undefined : homeDirectory(machine, undefined, known.home);
}

async function searchUpwards({ files, machine }: ReadHost): Promise<string | "none" | undefined> {
  for (let at = machine.workingDirectory; ; at = dirname(at)) {
    const stat = await files.stat(join(at, "atk.yaml"));
    if (stat?.type === "file") return at;
    // A link or a folder of that name: what it means is not for here.
    if (stat !== undefined) return undefined;
    if (at === dirname(at)) return "none";
  }
}

async function realPath(path: string, { files }: ReadHost): Promise<string> {
  return (await files.realPath(path)) ?? path;
}
