import { AtkError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { HISTORY } from "../settings.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Drops what was kept of old runs, as the settings of this machine say. What cannot be dropped now is dropped some other time. */
export async function pruneRuns({ host, workspace }: Context): Promise<void> {
  const { pruneImages } = await import("../../log/prune-images.ts");
  const { runs, days, megabytes } = workspace.settings.history ?? HISTORY;
  const retention = { runs, maxAgeMs: days * DAY_MS, maxBytes: megabytes * 1024 * 1024 };
  const place = { files: host.files, directory: workspace.stateDirectory };
  await pruneImages(retention, host.now(), place).catch((error: unknown) => {
    if (!(error instanceof AtkError)) throw error;
  });
}
