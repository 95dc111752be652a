import type { Context } from "../../context.ts";
import { stateFile } from "../../state-store.ts";
import type { Check } from "../check.ts";
import type { Answer } from "../finding.ts";

/** Certificates and locks are judged by the clock; one that lags makes them look invalid. */
export const clock: Check = {
  id: "clock",
  title: "Clock",
  about: "home",
  examine: async (context) => [judgeClock(context.host.now(), await newestChange(context))],
};

/** atk is not older than this. */
const EARLIEST = Date.parse("2026-01-01T00:00:00Z");
const TOLERANCE_MS = 24 * 60 * 60 * 1000;

/** `newestMs`: the latest change of a file of atk's, which cannot lie in the future. */
export function judgeClock(now: Date, newestMs: number): Answer {
  const said = now.toISOString();
  const fix = "timedatectl set-ntp true";
  if (now.getTime() < EARLIEST) return { state: "problem", detail: `it says ${said}, which is long over`, fix };
  if (now.getTime() < newestMs - TOLERANCE_MS) {
    const detail = `it says ${said}, but a file was changed ${new Date(newestMs).toISOString()}`;
    return { state: "warning", detail, fix };
  }
  return { state: "ok", detail: said };
}

async function newestChange({ host, workspace }: Context): Promise<number> {
  const paths = [workspace.manifestFile, workspace.lockFile, stateFile(workspace)];
  const stats = await Promise.all(paths.map((path) => host.files.stat(path)));
  return Math.max(0, ...stats.map((stat) => stat?.mtimeMs ?? 0));
}
