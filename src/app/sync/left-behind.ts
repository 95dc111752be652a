import { isAbsolute, relative, resolve, sep } from "node:path";
import type { Context } from "../context.ts";
import { readInputs } from "../inputs.ts";
import type { HomeRepository } from "./home-repository.ts";

/**
 * Says which skills and instructions of the home are not as they are in git: the manifest that names them travels, they do not,
 * because a sync commits nothing of the user's but the manifest and the lock.
 */
export async function tellLeftBehind(repository: HomeRepository, context: Context): Promise<void> {
  const { manifest } = await readInputs(context);
  const paths = [...manifest.skills, ...manifest.instructions].map(({ path }) => path);
  const own = [...new Set(paths.flatMap((path) => insideHome(path, context)))];
  if (own.length === 0) return;
  const dirty = await repository.git.dirtyPaths();
  for (const path of own) {
    const name = `${repository.prefix}${path}`;
    const isEdited = [...dirty].some((file) => file === name || file.startsWith(`${name}/`));
    if (!isEdited && ((await repository.git.isTracked(name)) || !(await isThere(path, context)))) continue;
    const message = `${path} is ${isEdited ? "changed" : "named in atk.yaml"} and not committed: your other machines do not get it`;
    context.tell({
      type: "note",
      message,
      hint: `atk git add ${path}, atk git commit -m 'Add ${path}', then atk sync`,
    });
  }
}

function insideHome(path: string, { workspace: { directory } }: Context): readonly string[] {
  if (path.startsWith("~") || isAbsolute(path)) return [];
  const way = relative(directory, resolve(directory, path));
  return way === "" || way === ".." || way.startsWith(`..${sep}`) ? [] : [way.split(sep).join("/")];
}

async function isThere(path: string, { host, workspace }: Context): Promise<boolean> {
  return (await host.files.stat(resolve(workspace.directory, path))) !== undefined;
}
