import type { FileStat, ReadFiles } from "../../core/host.ts";
import { imageBytes, type RunImages } from "../../log/run-images.ts";
import type { Step } from "../../log/step.ts";
import { createLook } from "../../primitives/look.ts";
import type { Context } from "../context.ts";

/** The same run of atk, looking at the machine as it was before another one. */
export function contextBefore(images: RunImages, now: Context): Context {
  return { ...now, look: createLook(filesBefore(images, now.host.files), now.look.keepsExecutableBit) };
}

/** The machine as it was before a run, as far as the run touched it; everything else as it is now. */
export function filesBefore({ steps, places, folder }: RunImages, now: ReadFiles): ReadFiles {
  const byPath = new Map(steps.map((step) => [step.path, step]));
  const stepAt = (path: string): Step | undefined => byPath.get(places[path] ?? path);
  return {
    ...now,
    async read(path) {
      const step = stepAt(path);
      if (step?.type !== "put" && step?.type !== "remove") return now.read(path);
      return (await imageBytes(step, folder, now))?.bytes;
    },
    async stat(path) {
      const step = stepAt(path);
      if (step?.type === "mode") return { ...(await now.stat(path)), ...fileStat(step.from) };
      if (step?.type !== "put" && step?.type !== "remove") return now.stat(path);
      if (step.before.state === "absent") return undefined;
      return step.before.state === "link"
        ? { ...fileStat(0o777), type: "link" }
        : fileStat(step.original?.mode ?? 0o600);
    },
    async readLink(path) {
      const step = stepAt(path);
      if (step?.type !== "put" && step?.type !== "remove") return now.readLink(path);
      return step.before.state === "link" ? step.before.target : undefined;
    },
  };
}

/** Times and numbers that no file has, so that nothing is taken as unchanged because of them. */
function fileStat(mode: number): FileStat {
  return { type: "file", mode, sizeBytes: -1, mtimeMs: -1, ctimeMs: -1, inode: -1 };
}
