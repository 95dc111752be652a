import { confirmPlan, runChange } from "../change-command.ts";
import { DRY_RUN, YES, type Command } from "../command.ts";
import { printable } from "../paint.ts";
import { openContext } from "../session.ts";

export const command: Command = {
  name: "registry remove",
  summary: "take a registry out of the manifest; plugins from it stay as they are locked",
  args: "<name>",
  options: [YES, DRY_RUN],
  async run(invocation, session) {
    const { prepareRegistryRemoval } = await import("../../app/registries/change-registries.ts");
    const context = await openContext(session);
    const [name = ""] = invocation.args;
    const removal = await prepareRegistryRemoval(name, context);
    for (const notice of removal.notices) session.say(`! ${printable(notice)}`);
    return runChange(
      {
        selection: { names: [] },
        message: `Remove registry '${name}'`,
        filesOnly: true,
        edit: (inputs) => removal.edit(inputs),
        approve: (plan) => confirmPlan(plan, `Take registry ${name} out of the manifest?`, invocation, session),
      },
      invocation,
      session,
      context,
    );
  },
};
