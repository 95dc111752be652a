import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { quoteForShell } from "../../../clients/shell-quote.ts";
import { settingsFolder } from "../../settings.ts";
import { cacheRoot, stateRoot } from "../../machine-paths.ts";
import { nearestFolder } from "../nearest-folder.ts";
import type { Check } from "../check.ts";
import type { Answer } from "../finding.ts";

/** atk's own folders, which are made when they are needed first. */
export const folders: Check = {
  id: "folders",
  title: "Folders",
  about: "machine",
  async examine({ files, machine }) {
    const wanted = { state: stateRoot(machine), cache: cacheRoot(machine), settings: settingsFolder(machine) };
    const answers = await Promise.all(
      Object.entries(wanted).map(async ([name, path]): Promise<readonly Answer[]> => {
        const folder = await nearestFolder(path, files);
        if (await isWritable(folder)) return [];
        const detail = `${path} cannot be written: you may not write in ${folder}`;
        const state = name === "settings" ? "warning" : "problem";
        return [
          { subject: name, state, detail, fix: `sudo chown $(id -un) ${quoteForShell(folder)}`, at: { file: folder } },
        ];
      }),
    );
    const found = answers.flat();
    return found.length > 0
      ? found
      : [{ state: "ok", detail: `can be written: ${dirname(wanted.state)}, ${dirname(wanted.cache)}` }];
  },
};

function isWritable(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}
