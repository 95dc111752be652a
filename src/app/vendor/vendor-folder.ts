import { isAbsolute, join, relative } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { ReadHost } from "../../core/host.ts";
import { isObject } from "../../core/json.ts";
import type { Workspace } from "../workspace.ts";

/** Where `atk vendor` writes unless another folder is named. */
export const STANDARD = "vendor";
/** Says that a folder is atk's: other tools have a folder `vendor` as well. */
export const MARKER = "atk-vendor.json";

interface Place {
  readonly host: ReadHost;
  readonly workspace: Pick<Workspace, "directory" | "lockFile">;
}

/** The folder with vendored content beside the manifest; undefined when there is none. */
export async function vendorRoot({ host, workspace }: Place): Promise<string | undefined> {
  const root = join(workspace.directory, (await namedFolder({ host, workspace })) ?? STANDARD);
  return (await host.files.stat(join(root, MARKER))) === undefined ? undefined : root;
}

/** Where it is noted that the folder has another name than the standard one; committed with the lock. */
export function noteFile({ lockFile }: Pick<Workspace, "lockFile">): string {
  return join(`${lockFile}.d`, "vendor.json");
}

async function namedFolder({ host, workspace }: Place): Promise<string | undefined> {
  const file = noteFile(workspace);
  const bytes = await host.files.read(file);
  if (bytes === undefined) return undefined;
  const data = parsed(bytes);
  const directory = isObject(data) ? data["directory"] : undefined;
  if (typeof directory === "string") return insideOf(workspace, directory);
  throw new AtkError("E_LOCK", `${file} does not say where the vendored content is`, {
    at: { file },
    hint: "atk vendor --dir FOLDER",
  });
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** Relative to the manifest, with forward slashes. @throws AtkError E_USAGE for a folder that is not beside the manifest. */
export function insideOf({ directory }: Pick<Workspace, "directory">, named: string): string {
  const way = relative(directory, isAbsolute(named) ? named : join(directory, named));
  if (way !== "" && !way.startsWith("..") && !isAbsolute(way)) return way.replaceAll("\\", "/");
  throw new AtkError("E_USAGE", `${named} is not a folder below ${directory}`, {
    hint: "it has to travel with the manifest: atk vendor --dir vendor",
  });
}
