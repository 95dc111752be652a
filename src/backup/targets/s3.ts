import { AtkError } from "../../core/errors.ts";
import type { BackupTarget } from "../../manifest/upkeep.ts";
import type { TargetDeps } from "../open-target.ts";
import type { Target } from "../target.ts";

export async function openS3(
  name: string,
  target: Extract<BackupTarget, { readonly type: "s3" }>,
  deps: TargetDeps,
): Promise<Target> {
  void target;
  void deps;
  throw new AtkError("E_BACKUP", `the backup target ${name} is of a kind that is not there yet: s3`);
}
