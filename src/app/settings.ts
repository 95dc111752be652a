import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Machine, ReadHost } from "../core/host.ts";
import { createFinder, type Finder } from "./finder.ts";
import { isMachineName } from "./machines/named-machine.ts";
import { isObject, type Json } from "../core/json.ts";

/** The user's own settings on this machine (~/.config/atk/config.yaml or config.json); never in git. */
export interface Settings {
  readonly home?: string;
  /** The name of this machine: $ATK_MACHINE, or `machine`. Undefined: the host name without its domain. */
  readonly machine?: string;
  /** What `when: { tags }` is compared with. */
  readonly tags: readonly string[];
  /** A folder that stands in for the user's home for one client, e.g. /mnt/c/Users/me under WSL. */
  readonly clientHomes: Readonly<Record<string, string>>;
  /** How client entries start atk; default: `atk` when it is on PATH. */
  readonly launcher?: readonly string[];
  /** An index of a registry that is older is fetched again; default a day. */
  readonly registryMaxAgeMs?: number;
  /** How much of what runs found is kept for undo; see pruneRuns. */
  readonly history?: HistorySettings;
}

export interface HistorySettings {
  /** The newest are kept whatever their age and size. */
  readonly runs: number;
  readonly days: number;
  readonly megabytes: number;
}

/** In the order in which they are looked for; the first one counts. */
export const SETTINGS_FILES = ["config.yaml", "config.yml", "config.json"];
const NONE: Settings = { tags: [], clientHomes: {} };

/** @throws AtkError E_MANIFEST when the file is there and does not hold settings. */
export async function readSettings(host: ReadHost): Promise<Settings> {
  const written = await settingsInFile(host);
  const named = host.machine.env["ATK_MACHINE"];
  return named ? { ...written, machine: machineName(named, "ATK_MACHINE") } : written;
}

async function settingsInFile(host: ReadHost): Promise<Settings> {
  const folder = settingsFolder(host.machine);
  if ((await host.files.stat(folder)) === undefined) return NONE;
  const { parse } = await import("yaml");
  const load = (_path: string, text: string): unknown => parse(text);
  const finder = await createFinder(SETTINGS_FILES, { ".yaml": load, ".yml": load, ".json": load });
  const found = searched(finder, folder);
  return found === null ? NONE : checked((found.config ?? null) as Json, found.filepath);
}

function searched(finder: Finder, folder: string): ReturnType<Finder["search"]> {
  try {
    return finder.search(folder);
  } catch (cause) {
    throw new AtkError("E_MANIFEST", `the settings in ${folder} cannot be read`, { at: { file: folder }, cause });
  }
}

/** $XDG_CONFIG_HOME/atk, ~/.config/atk. */
export function settingsFolder(machine: Machine): string {
  const base = machine.env["XDG_CONFIG_HOME"] || join(machine.homeDirectory, ".config");
  return join(base, "atk");
}

const KNOWN = new Set(["home", "machine", "tags", "client_homes", "launcher", "registry_max_age_hours", "history"]);
const HOUR_MS = 60 * 60 * 1000;

function checked(data: Json, file: string): Settings {
  if (data === null) return NONE;
  const unknown = isObject(data) ? Object.keys(data).filter((key) => !KNOWN.has(key)) : ["(not a map)"];
  if (!isObject(data) || unknown.length > 0) {
    const expected = `expected a map with ${[...KNOWN].join(", ")}`;
    throw new AtkError("E_MANIFEST", `${file}: ${expected}, found ${unknown.join(", ")}`, {
      at: { file },
      hint: `edit ${file}`,
    });
  }
  return {
    ...(typeof data["home"] === "string" ? { home: data["home"] } : {}),
    ...(data["machine"] === undefined ? {} : { machine: machineName(data["machine"], `${file}: machine`) }),
    tags: strings(data["tags"], `${file}: tags`),
    clientHomes: stringMap(data["client_homes"], `${file}: client_homes`),
    ...(data["launcher"] === undefined ? {} : { launcher: strings(data["launcher"], `${file}: launcher`) }),
    ...hours(data["registry_max_age_hours"], `${file}: registry_max_age_hours`),
    ...history(data["history"], `${file}: history`),
  };
}

function machineName(value: Json, where: string): string {
  if (typeof value === "string" && isMachineName(value)) return value;
  throw new AtkError("E_MANIFEST", `${where}: expected letters, digits, '.', '_' and '-', at most 63`, {
    hint: "atk machine --name NAME",
  });
}

function hours(value: Json | undefined, where: string): Pick<Settings, "registryMaxAgeMs"> {
  if (value === undefined) return {};
  if (typeof value === "number" && value >= 0 && value <= 24 * 366) return { registryMaxAgeMs: value * HOUR_MS };
  throw new AtkError("E_MANIFEST", `${where}: expected a number of hours`);
}

/** What undo needs is small: texts of client files, and the files of plugins that were replaced or removed. */
export const HISTORY: HistorySettings = { runs: 20, days: 90, megabytes: 200 };

function history(value: Json | undefined, where: string): Pick<Settings, "history"> {
  if (value === undefined) return {};
  const known = Object.keys(HISTORY);
  const isGiven = isObject(value) && Object.keys(value).every((key) => known.includes(key));
  const isCount = (each: Json): boolean => typeof each === "number" && each >= 0 && each <= 1_000_000;
  if (isGiven && Object.values(value).every(isCount)) return { history: { ...HISTORY, ...value } };
  throw new AtkError("E_MANIFEST", `${where}: expected a map of numbers: ${known.join(", ")}`);
}

function strings(value: Json | undefined, where: string): readonly string[] {
  if (value === undefined) return [];
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value as string[];
  throw new AtkError("E_MANIFEST", `${where}: expected a list of texts`);
}

function stringMap(value: Json | undefined, where: string): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  if (isObject(value) && Object.values(value).every((item) => typeof item === "string"))
    return value as Record<string, string>;
  throw new AtkError("E_MANIFEST", `${where}: expected a map of texts`);
}
