import { runChange } from "../change-command.ts";
import { DRY_RUN, NO_INSTALL, OFFLINE, ON_DRIFT, YES, type Command } from "../command.ts";
import { openContext } from "../session.ts";

export const command: Command = {
  name: "rollback",
  summary: "bring the manifest and the lock back to how they were, and this machine with them",
  args: "<revision>",
  options: [
    YES,
    DRY_RUN,
    ON_DRIFT,
    NO_INSTALL,
    OFFLINE,
    { flags: "--secrets", summary: "also the file of secrets: values that were changed since come back" },
  ],
  details: `The revision is a commit, tag or branch (HEAD~2 too), or a time: 2026-11-20 (the end of that day), yesterday, "2 days ago",
2026-11-20T14:00. The manifest, the lock, what lies beside it and .gitignore become what they were then; what was allowed then is
allowed. The history of git is not rewritten: what comes of it is one more commit, which atk undo takes back like any other.`,
  async run(invocation, session) {
    const { prepareRollback } = await import("../../app/revisions/prepare-rollback.ts");
    const context = await openContext(session);
    const { args, options } = invocation;
    const [to = ""] = args;
    const { commit, request } = await prepareRollback({ to, secrets: options.flag("secrets") }, context);
    session.say(`Roll back to ${commit.slice(0, 7)}`);
    return runChange(request, invocation, session, context, { question: "Bring this back?" });
  },
};
