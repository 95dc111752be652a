import { AtkError } from "../../core/errors.ts";
import { DRY_RUN, ON_DRIFT, YES, type Command } from "../command.ts";
import { runChange } from "../change-command.ts";
import { openContext } from "../session.ts";

export const command: Command = {
  name: "remove",
  summary: "take an entry out of the manifest and undo everything it put on this machine",
  args: "<name>",
  options: [YES, DRY_RUN, ON_DRIFT, { flags: "--force", summary: "go on when the plugin's uninstall command fails" }],
  details: "Works for broken plugins too. Your own files in the plugin's folder (.env, custom/, data) stay.",
  async run(invocation, session) {
    const { editing } = await import("../../app/edits.ts");
    const { checkName } = await import("../../manifest/names.ts");
    const { removeEntry } = await import("../../app/remove-entry.ts");
    const context = await openContext(session);
    const [name = ""] = invocation.args;
    refusePath(name);
    checkName(name);
    return runChange(
      {
        selection: { names: [name] },
        message: `Remove plugin '${name}'`,
        forced: invocation.options.flag("force"),
        edit: (inputs) => editing(context, (text, file) => removeEntry(text, { name, inputs, file }))(inputs),
      },
      invocation,
      session,
      context,
    );
  },
};

/** Skills and instructions are called by their path. @throws AtkError E_NAME */
function refusePath(name: string): void {
  if (!/^[.~]|\//.test(name)) return;
  throw new AtkError("E_NAME", `${JSON.stringify(name)} is a path; this command is for plugins and servers`, {
    hint: "a skill or an instruction: delete its line in atk.yaml, then atk apply",
  });
}
