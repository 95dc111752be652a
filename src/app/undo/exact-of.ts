import { join, sep } from "node:path";
import type { Expected } from "../../host/file-change.ts";
import { imageBytes } from "../../log/run-images.ts";
import type { Step } from "../../log/step.ts";
import type { Context } from "../context.ts";
import type { Undoable } from "./choose-run.ts";
import type { ExactContent, ExactFile } from "./exact-files.ts";
import type { RunRecord } from "./run-record.ts";

type PathStep = Extract<Step, { type: "put" | "remove" }>;

/** Every file that a run changed, as it was before; what is in atk's own folder of state stays out. */
export async function exactFilesOf({ images, record }: Undoable, context: Context): Promise<readonly ExactFile[]> {
  const names = new Map(Object.entries(images.places).map(([name, path]) => [path, name]));
  const wired = wiredPaths(record);
  const steps = images.steps.filter((step): step is PathStep => step.type === "put" || step.type === "remove");
  const shown = steps.filter(({ path }) => !path.startsWith(context.workspace.stateDirectory + sep));
  return Promise.all(
    shown.map(async (step): Promise<ExactFile> => {
      const path = names.get(step.path) ?? step.path;
      return {
        path,
        when: leftBy(step),
        to: await contentBefore(step, images.folder, context),
        record: record.files[path] ?? undefined,
        isOwn: !wired.has(path),
      };
    }),
  );
}

function leftBy(step: PathStep): Expected {
  return step.type === "put" ? step.after : { state: "absent" };
}

async function contentBefore(step: PathStep, folder: string, { host }: Context): Promise<ExactContent> {
  if (step.before.state !== "file") return step.before;
  const image = await imageBytes(step, folder, host.files);
  return image === undefined ? { state: "absent" } : { state: "file", ...image };
}

/** Paths of resources: they are put back because their resource is. */
function wiredPaths({ tasks }: RunRecord): ReadonlySet<string> {
  return new Set(
    tasks.flatMap(({ before, after }) =>
      [before, after].flatMap((recorded) => {
        if (recorded === null) return [];
        const { locator, files = [] } = recorded;
        if (locator.kind === "tree") return files.map(({ path }) => join(locator.directory, path));
        return "file" in locator ? [locator.file] : [];
      }),
    ),
  );
}
