import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import type { ServiceSpec } from "../service.ts";
import { containerName } from "./container-name.ts";

type Owner = Pick<ServiceSpec, "home" | "plugin" | "directory">;

/**
 * The volumes as an engine takes them. A name gets the plugin's prefix, so that no two plugins share data; a relative path becomes the real
 * path inside the plugin, and a folder that is absent is made (Docker would make it too, as root; Podman would refuse).
 * @throws AtkError E_HOSTILE for a path that leads out of the plugin, E_PLUGIN_INVALID for a name that no volume can have.
 */
export async function resolveVolumes(
  volumes: readonly string[],
  owner: Owner,
  { files, machine }: Host,
): Promise<readonly string[]> {
  const resolved: string[] = [];
  for (const volume of volumes) {
    const { source, rest } = split(volume);
    if (source === undefined || isAbsolutePath(source)) resolved.push(volume);
    else if (source.startsWith("~/")) resolved.push(join(machine.homeDirectory, source.slice(2)) + rest);
    else if (/[/\\]|^\.+$/.test(source)) resolved.push((await insidePlugin(source, { owner, volume }, files)) + rest);
    else resolved.push(`${containerName(owner)}-${checkName(source, volume, owner)}${rest}`);
  }
  return resolved;
}

/** "data:/var/lib/app:ro" is a source and the rest; "/var/lib/app" alone is a volume without a name. A drive's colon separates nothing. */
function split(volume: string): { readonly source: string | undefined; readonly rest: string } {
  const colon = volume.indexOf(":", /^[A-Za-z]:[\\/]/.test(volume) ? 2 : 0);
  return colon === -1
    ? { source: undefined, rest: volume }
    : { source: volume.slice(0, colon), rest: volume.slice(colon) };
}

function isAbsolutePath(source: string): boolean {
  return isAbsolute(source) || /^[A-Za-z]:[\\/]/.test(source);
}

/** (https://docs.docker.com/reference/cli/docker/volume/create/#description; moby, volume/names) */
function checkName(name: string, volume: string, { plugin }: Owner): string {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) return name;
  throw new AtkError(
    "E_PLUGIN_INVALID",
    `${plugin}: the volume ${JSON.stringify(volume)} has no name that is allowed`,
    {
      hint: "use letters, digits, dashes, dots and underscores; a folder of the plugin begins with ./",
    },
  );
}

interface Wish {
  readonly owner: Owner;
  readonly volume: string;
}

async function insidePlugin(source: string, { owner, volume }: Wish, files: Host["files"]): Promise<string> {
  const hostile = (why: string): AtkError =>
    new AtkError("E_HOSTILE", `${owner.plugin}: the volume ${JSON.stringify(volume)} ${why}`, {
      hint: "a volume's relative path has to stay inside the plugin",
    });
  if (source.split(/[/\\]/).includes("..")) throw hostile("has .. in its path");
  const root = await files.realPath(owner.directory);
  if (root === undefined) throw hostile(`belongs to a folder that does not exist: ${owner.directory}`);
  const path = resolve(root, source);
  await makeFolders(root, path, hostile, files);
  const real = await files.realPath(path);
  if (real === undefined || !isInside(root, real)) throw hostile("leads out of the plugin by a link");
  return real;
}

async function makeFolders(
  root: string,
  path: string,
  hostile: (why: string) => AtkError,
  files: Host["files"],
): Promise<void> {
  let reached = root;
  for (const part of relative(root, path)
    .split(sep)
    .filter((each) => each !== "")) {
    reached = join(reached, part);
    const real = await files.realPath(reached);
    // A link that leads out, or to nothing: looked at before anything is made behind it.
    if (real !== undefined ? !isInside(root, real) : (await files.stat(reached)) !== undefined)
      throw hostile("leads out of the plugin by a link");
    if (real === undefined) await files.makeDirectory(reached, 0o755);
  }
}

export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === "" || (way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
