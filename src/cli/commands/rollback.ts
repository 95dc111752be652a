import { runChange } from "../change-command.ts";
import { DRY_RUN, NO_INSTALL, OFFLINE, ON_DRIFT, YES, type Command } from "../command.ts";
import { AtkError } from "../../core/errors.ts";
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
    const wanted = { to, secrets: options.flag("secrets") };
    const refused = (error: unknown): never => {
      throw readable(error, to);
    };
    const { commit, request } = await prepareRollback(wanted, context).catch(refused);
    session.say(`Roll back to ${commit.slice(0, 7)}`);
    return runChange(request, invocation, session, context, { question: "Bring this back?" }).catch(refused);
  },
};

/** What cannot be read cannot be compared: git puts it back first. */
function readable(error: unknown, to: string): unknown {
  if (!(error instanceof AtkError) || error.code !== "E_MANIFEST") return error;
  const { at, problems, message } = error;
  const hint = `atk git checkout ${to} -- atk.yaml (the manifest of now cannot be read), then atk apply`;
  return new AtkError("E_MANIFEST", message, { at, problems, hint, cause: error });
}
