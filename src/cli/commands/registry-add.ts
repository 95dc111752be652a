import { AtkError } from "../../core/errors.ts";
import { confirmPlan, runChange } from "../change-command.ts";
import { DRY_RUN, YES, type Command } from "../command.ts";
import { printable } from "../paint.ts";
import { openContext } from "../session.ts";

export const command: Command = {
  name: "registry add",
  summary: "add a registry: a git address or a folder with plugins/NAME/ and an index",
  args: "<name> <url>",
  options: [
    { flags: "--priority <number>", summary: "higher is asked first (default 10; the built-in registry has 0)" },
    { flags: "--key <key>", summary: "minisign public key that must have signed the index" },
    { flags: "--ref <ref>", summary: "branch, tag or commit (git)" },
    YES,
    DRY_RUN,
  ],
  details:
    "Reads the registry first; with a key its index must be signed. Then edits the manifest and commits.\nIts plugins: atk add NAME/plugin, or atk add plugin when it comes first by priority.\nExample: atk registry add acme https://example.com/acme/plugins.git",
  async run(invocation, session) {
    const { prepareRegistry } = await import("../../app/registries/change-registries.ts");
    const context = await openContext(session);
    const { args, options } = invocation;
    const [name = "", url = ""] = args;
    const request = { name, url, ref: options.text("ref"), key: options.text("key"), dryRun: options.flag("dryRun") };
    const addition = await prepareRegistry({ ...request, priority: priorityOf(options.text("priority")) }, context);
    const signed = addition.signed ? ", signed" : "";
    session.say(`${name}: ${addition.plugins} plugin${addition.plugins === 1 ? "" : "s"}${signed}`);
    for (const notice of addition.notices) session.say(`! ${printable(notice)}`);
    return runChange(
      {
        selection: { names: [] },
        message: `Add registry '${name}'`,
        filesOnly: true,
        edit: (inputs) => addition.edit(inputs),
        approve: (plan) => confirmPlan(plan, `Add registry ${name} to the manifest?`, invocation, session),
      },
      invocation,
      session,
      context,
    );
  },
};

function priorityOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^-?\d{1,4}$/.test(text) && Math.abs(Number(text)) <= 1000) return Number(text);
  throw new AtkError("E_USAGE", `--priority takes a whole number from -1000 to 1000, not ${JSON.stringify(text)}`);
}
