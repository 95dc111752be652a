import { DRY_RUN, YES, type Command } from "../command.ts";
import { runChange } from "../change-command.ts";
import { openContext } from "../session.ts";

export const command: Command = {
  name: "lock",
  summary: "resolve plugins anew and accept their content as it is now",
  args: "[names...]",
  options: [YES, DRY_RUN],
  details: "Without names only what the lock lacks is resolved. With names those are resolved again, e.g. after you edited a local plugin.",
  async run(invocation, session) {
    const context = await openContext(session);
    const { unlock } = await import("../../app/unlock.ts");
    return runChange(
      { selection: { names: invocation.args }, message: "Update atk.lock", edit: async (inputs) => unlock(inputs, invocation.args) },
      invocation,
      session,
      context,
    );
  },
};
