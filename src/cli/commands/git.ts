import type { Command } from "../command.ts";

export const command: Command = {
  name: "git",
  summary: "run git in the home",
  args: "[args...]",
  passThrough: true,
  isProxy: true,
  details:
    "Every word goes to git as it is, --help too, with stdin, stdout, colours and signals; the exit code is git's.\nNeeds git to be installed. Example: atk git log --oneline",
  async run({ args }, session) {
    const { runGit } = await import("../../app/sync/run-git.ts");
    const { findWorkspace } = await import("../../app/workspace.ts");
    return runGit(args, await findWorkspace(session.host, { global: true }), session.host);
  },
};
