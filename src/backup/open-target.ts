import type { Host } from "../core/host.ts";
import type { ManifestValue } from "../manifest/manifest.ts";
import type { BackupTarget } from "../manifest/upkeep.ts";
import type { Target } from "./target.ts";

/** What targets need of the run. */
export interface TargetDeps {
  readonly host: Host;
  /** The value that stands in the manifest, or that it refers to. Never for showing, never an argument of a program. */
  resolve(value: ManifestValue): Promise<string>;
  /** Folder of the manifest; relative paths of targets are below it. */
  readonly directory: string;
  /** For scratch files of this machine: absolute, private; may not exist yet. */
  readonly scratchDirectory: string;
}

/** Opens a place for backups; nothing is written and, where it can be avoided, nothing asked of it. @throws AtkError E_BACKUP, E_PROGRAM, E_ENV */
export async function openTarget(name: string, target: BackupTarget, deps: TargetDeps): Promise<Target> {
  switch (target.type) {
    case "path":
      return (await import("./targets/path.ts")).openPath(name, target, deps);
    case "rclone":
      return (await import("./targets/rclone.ts")).openRclone(name, target, deps);
    case "s3":
      return (await import("./targets/s3.ts")).openS3(name, target, deps);
    case "restic":
      return (await import("./targets/restic.ts")).openRestic(name, target, deps);
  }
}
