import { resolve } from "node:path";
import { openTarget, type TargetDeps } from "../../backup/open-target.ts";
import type { Target } from "../../backup/target.ts";
import { pathTarget } from "../../backup/targets/path.ts";
import { AtkError } from "../../core/errors.ts";
import type { Manifest, ManifestValue } from "../../manifest/manifest.ts";
import { expandTilde } from "../workspace.ts";
import type { Context } from "../context.ts";
import { localDirectory, workDirectory } from "./backup-place.ts";

/** A target, or why it cannot be had. */
export type Opened = { readonly name: string } & ({ readonly target: Target } | { readonly fault: AtkError });

/** One that fails does not keep the others from being opened. */
export async function openTargets(
  names: readonly string[],
  manifest: Manifest,
  context: Context,
): Promise<readonly Opened[]> {
  return Promise.all(
    [...new Set(names)].map(async (name): Promise<Opened> => {
      try {
        return { name, target: await openNamed(name, manifest, context) };
      } catch (fault) {
        if (fault instanceof AtkError) return { name, fault };
        throw fault;
      }
    }),
  );
}

/** A target of the manifest, `local`, or a folder (a word with a slash). @throws AtkError E_USAGE for a name that is none of them */
export async function openNamed(name: string, manifest: Manifest, context: Context): Promise<Target> {
  const { host } = context;
  const declared = manifest.backupTargets[name];
  if (declared !== undefined) return openTarget(name, declared, depsOf(context));
  if (name === "local") return pathTarget(name, localDirectory(context));
  if (/[/\\]/.test(name))
    return pathTarget(name, resolve(host.machine.workingDirectory, expandTilde(name, host.machine)));
  const known = ["local", ...Object.keys(manifest.backupTargets)].join(", ");
  throw new AtkError("E_USAGE", `there is no backup target ${JSON.stringify(name)}; there are: ${known}`, {
    hint: `say it in the manifest under backup_targets, or give a folder: ./${name}`,
  });
}

function depsOf(context: Context): TargetDeps {
  const { host, workspace } = context;
  return {
    host,
    directory: workspace.directory,
    scratchDirectory: workDirectory(context),
    resolve: (value) => valueOf(value, context),
  };
}

async function valueOf(value: ManifestValue, context: Context): Promise<string> {
  if (typeof value === "string") return value;
  const { lookUp } = await import("../secrets.ts");
  return lookUp(value as Parameters<typeof lookUp>[0], context);
}

/** Folders that hold backups: they are no data. */
export function backupFolders(manifest: Manifest, context: Context): readonly string[] {
  const { host, workspace } = context;
  const paths = Object.values(manifest.backupTargets).flatMap((target) =>
    target.type === "path" ? [target.path] : [],
  );
  const full = paths.map((path) => resolve(workspace.directory, expandTilde(path, host.machine)));
  return [localDirectory(context), workDirectory(context), ...full];
}
