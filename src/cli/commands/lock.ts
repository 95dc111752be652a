import { DRY_RUN, OFFLINE, YES, type Command } from "../command.ts";
import { confirmPlan, runChange } from "../change-command.ts";
import { openContext } from "../session.ts";

export const command: Command = {
  name: "lock",
  summary: "resolve plugins anew and accept their content as it is now",
  args: "[names...]",
  options: [YES, DRY_RUN, OFFLINE],
  details:
    "Without names only what the lock lacks is resolved. With names those are resolved again, e.g. after you edited a local plugin.\nWrites atk.lock and nothing else; atk plan shows what follows from it.",
  async run(invocation, session) {
    const context = await openContext(session);
    const { describeLock, unlock } = await import("../../app/unlock.ts");
    return runChange(
      {
        selection: { names: invocation.args },
        message: "Update atk.lock",
        filesOnly: true,
        pinAll: true,
        edit: async (inputs) => unlock(inputs, invocation.args),
        approve: async (plan, { before, wish }) => {
          for (const line of describeLock(before.lock, wish.lock)) session.say(line);
          return confirmPlan(plan, "Write this to atk.lock?", invocation, session);
        },
      },
      invocation,
      session,
      context,
    );
  },
};
