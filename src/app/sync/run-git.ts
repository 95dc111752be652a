import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { findGit } from "../../git/choose-git.ts";
import { handOver } from "../hand-over.ts";
import type { Workspace } from "../workspace.ts";

/** git with the user's own words, in the home's folder, on this process's streams. @throws AtkError E_PROGRAM without git */
export async function runGit(args: readonly string[], { directory }: Workspace, host: Host): Promise<number> {
  const command = await findGit(host);
  if (command === undefined)
    throw new AtkError("E_PROGRAM", "cannot run git: it is not installed, or not on PATH", {
      hint: "install git (https://git-scm.com/downloads); atk itself also works without it",
    });
  return handOver({ command, args, cwd: directory, env: host.machine.env });
}
