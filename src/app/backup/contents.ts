import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { matchesPattern, splitPattern } from "../../backup/match-pattern.ts";
import type { Place } from "../../backup/index-file.ts";
import type { Source } from "../../backup/archive/walk.ts";
import { AtkError } from "../../core/errors.ts";
import { substitute } from "../../manifest/substitute.ts";
import type { Context } from "../context.ts";
import { pluginVariables } from "../plugin-variables.ts";
import { hasService } from "../service-spec.ts";
import type { Job } from "./jobs.ts";

/** What belongs to a backup, with where it is on this machine. */
export interface Contents {
  readonly places: readonly Place[];
  /** The plugin's own commands for it. */
  readonly commands?: { readonly backup: string; readonly restore: string };
  /** Its service is down meanwhile. */
  readonly stops: boolean;
}

/** @throws AtkError E_USAGE where nothing says what the data is */
export async function contentsOf({ entry, plugin, fault }: Job, context: Context): Promise<Contents> {
  if (fault !== undefined) throw fault;
  const canStop = plugin !== undefined && hasService(plugin);
  if (entry.data !== undefined) {
    const places = entry.data.map((path) => placeOf(path, { base: "manifest", exclude: entry.exclude }, context));
    return { places: outermost(places), stops: canStop && (entry.stop ?? true) };
  }
  const data = plugin?.definition.plugin.data;
  if (plugin === undefined || data === undefined) throw noData(entry.name, plugin !== undefined);
  const exclude = [...data.exclude, ...entry.exclude];
  const stops = canStop && (entry.stop ?? data.stop ?? data.paths.length + data.volumes.length > 0);
  if (data.backup !== undefined && data.restore !== undefined) {
    const commands = { backup: data.backup, restore: data.restore };
    const wish = entry.stop ?? data.stop ?? false;
    return { places: [{ at: "command", kind: "command", path: "", exclude: [] }], commands, stops: canStop && wish };
  }
  const variables = await pluginVariables(plugin, context);
  const filled = (text: string): string => substitute(text, (name) => variables.value(name));
  const paths = [...data.paths, ...data.sqlite].map((path) =>
    placeOf(filled(path), { base: "plugin", exclude }, context),
  );
  const volumes = data.volumes.map((volume): Place => {
    const path = filled(volume);
    return { at: `volume/${path}`, kind: "volume", path, exclude: [] };
  });
  return { places: [...outermost(paths), ...volumes], stops };
}

interface Written {
  readonly base: "plugin" | "manifest";
  readonly exclude: readonly string[];
}

/** Kept so that it means the same on a machine with another home. */
function placeOf(written: string, { base, exclude }: Written, { host }: Context): Place {
  const { base: folder, pattern } = splitPattern(written);
  const made = (kind: Place["kind"], path: string): Place => {
    const clean = path
      .split("/")
      .filter((part) => part !== "" && part !== ".")
      .join("/");
    const at = clean === "" ? kind : `${kind}/${clean}`;
    return { at, kind, path: clean, exclude, ...(pattern === undefined ? {} : { only: pattern }) };
  };
  if (folder.split("/").includes(".."))
    throw new AtkError("E_USAGE", `the data ${JSON.stringify(written)} has .. in its path`);
  if (folder === "~" || folder.startsWith("~/")) return made("home", folder.slice(2));
  if (!isAbsolute(folder)) return made(base, folder);
  const below = relative(host.machine.homeDirectory, folder);
  return below.startsWith("..") || isAbsolute(below) ? made("root", folder) : made("home", below.split(sep).join("/"));
}

/** What lies in another one's folder is there already. */
function outermost(places: readonly Place[]): readonly Place[] {
  return places.filter(
    (place, index) =>
      !places.some(
        (other, at) =>
          at !== index &&
          other.only === undefined &&
          (place.at === other.at ? at < index : place.at.startsWith(`${other.at}/`)),
      ),
  );
}

/** Where a place is here; a link that stands there is followed, those below it are not. Undefined for what is no folder of this machine. */
export async function pathOf({ kind, path }: Place, job: Job, context: Context): Promise<string | undefined> {
  const { host, workspace } = context;
  const base = {
    plugin: job.directory,
    home: host.machine.homeDirectory,
    manifest: workspace.directory,
    root: "/",
  };
  if (kind === "volume" || kind === "command") return undefined;
  const folder = base[kind];
  if (folder === undefined)
    throw new AtkError("E_USAGE", `${job.entry.name} is no plugin that is enabled here, so its folder is not known`, {
      hint: `atk add ${job.entry.name}, or restore it somewhere else: --into DIR`,
    });
  const full = resolve(folder, path);
  return (await host.files.realPath(full)) ?? full;
}

/** What atk itself puts beside data while it works. */
const OWN = ".atk-work-*";

/** `avoid`: absolute paths that are never kept, such as the backups themselves. */
export function sourceOf(place: Place, path: string, avoid: readonly string[]): Source {
  return {
    at: place.at,
    path,
    wants(below, isDirectory) {
      if (avoid.includes(join(path, below))) return false;
      return isWanted(place, below, isDirectory);
    },
  };
}

export function isWanted({ exclude, only }: Place, below: string, isDirectory: boolean): boolean {
  const left = [...exclude, OWN];
  if (left.some((pattern) => matchesPattern(below, pattern))) return false;
  if (only === undefined || isDirectory) return true;
  const parts = below.split("/");
  return parts.some((_part, index) => matchesPattern(parts.slice(0, index + 1).join("/"), only));
}

function noData(name: string, isPlugin: boolean): AtkError {
  if (!isPlugin)
    return new AtkError("E_USAGE", `there is no plugin ${name} that is enabled here, and backups.${name} has no data`, {
      hint: `say in the manifest what is kept: backups: { ${name}: { data: ["~/..."] } }`,
    });
  return new AtkError("E_USAGE", `the plugin ${name} does not say what its data is`, {
    hint: `say in the manifest what is kept: backups: { ${name}: { data: [plugins/${name}/data] } }`,
  });
}
