import type { Host } from "../core/host.ts";
import type { Git } from "./git.ts";

/** What the caller is going to do, or (in tests) a back end by its id. */
export type Purpose = "read" | "write" | Git["id"];

/**
 * The git to use for a working tree: the installed one, else isomorphic-git. The installed one also reads: a call of it is
 * about 4 ms, loading isomorphic-git about 40 ms (measured on Node 20), so today both purposes get the same answer.
 * `directory` is the top of the tree, absolute; `findRepository` finds it from a folder inside.
 */
export async function chooseGit(host: Host, directory: string, purpose: Purpose = "write"): Promise<Git> {
  const program = purpose === "isomorphic" ? undefined : await findGit(host);
  const real = (await host.files.realPath(directory)) ?? directory;
  if (program !== undefined) {
    const { createNativeGit } = await import("./native/native-git.ts");
    return createNativeGit(host, program, real);
  }
  const { createIsomorphicGit } = await import("./isomorphic/isomorphic-git.ts");
  return createIsomorphicGit(host, real);
}

/** Absolute path of a git that runs; undefined when there is none. */
export async function findGit(host: Host): Promise<string | undefined> {
  const program = await host.programs.find("git");
  if (program !== "/usr/bin/git" || host.machine.platform !== "macos") return program;
  // Without the developer tools this file only opens a window that offers to install them.
  const { exitCode } = await host.programs.run({ command: "/usr/bin/xcode-select", args: ["-p"] });
  return exitCode === 0 ? program : undefined;
}
