import type { Git } from "../git/git.ts";
import type { Context } from "./context.ts";

/** The repository of the manifest, for reading; undefined when it is in none. */
export async function openGit({ host, workspace }: Pick<Context, "host" | "workspace">): Promise<Git | undefined> {
  const [{ chooseGit }, { findRepository }] = await Promise.all([
    import("../git/choose-git.ts"),
    import("../git/repository.ts"),
  ]);
  const top = await findRepository(host.files, workspace.directory);
  return top === undefined ? undefined : chooseGit(host, top, "read");
}
