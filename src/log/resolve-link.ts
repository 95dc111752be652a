import { basename, dirname, resolve } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { ReadFiles } from "../core/host.ts";

/** As many links in a row are followed by Linux. (path_resolution(7)) */
const MOST_LINKS = 40;

/**
 * The file a link stands for; it may be absent, when at least its directory is there.
 * @throws AtkError E_FILE when the link leads nowhere.
 */
export async function resolveLink(link: string, files: ReadFiles): Promise<string> {
  const real = await files.realPath(link);
  if (real !== undefined) return real;
  let path = link;
  for (let count = 0; count < MOST_LINKS; count += 1) {
    const target = await files.readLink(path);
    const directory = await files.realPath(dirname(path));
    if (target === undefined || directory === undefined) break;
    path = resolve(directory, target);
    if ((await files.stat(path)) === undefined) return insideDirectory(path, link, files);
  }
  throw leadsNowhere(link, path);
}

async function insideDirectory(path: string, link: string, files: ReadFiles): Promise<string> {
  const directory = await files.realPath(dirname(path));
  if (directory === undefined) throw leadsNowhere(link, path);
  return resolve(directory, basename(path));
}

function leadsNowhere(link: string, target: string): AtkError {
  return new AtkError(
    "E_FILE",
    `cannot write through the link ${link}: the directory of its target ${target} does not exist`,
    {
      at: { file: link },
      hint: `repair the link or make the directory: mkdir -p ${dirname(target)}`,
    },
  );
}
