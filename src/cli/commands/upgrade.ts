import type { UpgradeView } from "../../app/upgrade/describe-upgrade.ts";
import { EXIT } from "../../core/error-codes.ts";
import { AtkError } from "../../core/errors.ts";
import { DRY_RUN, NO_INSTALL, OFFLINE, ON_DRIFT, TAKE_OVER, YES, type Command } from "../command.ts";
import { upgradeOne } from "../upgrade-one.ts";
import { openContext, outJson } from "../session.ts";

export const command: Command = {
  name: "upgrade",
  summary: "take the newest version that the manifest allows, or another one, and go back",
  args: "[names...]",
  options: [
    { flags: "--all", summary: "every plugin that is enabled" },
    {
      flags: "--to <version>",
      summary: "a version, range, tag, branch or commit; latest; previous goes back to what was locked before",
    },
    YES,
    DRY_RUN,
    OFFLINE,
    ON_DRIFT,
    TAKE_OVER,
    NO_INSTALL,
    { flags: "--no-checks", summary: "do not check programs, variables and ports first" },
  ],
  details:
    "One after the other: each is shown (version, commits, files, what it can do), asked about, stopped where it runs, changed and started again. One that fails is as it was before, and the others go on. Data, custom/ and .env are left alone.",
  async run(invocation, session) {
    const { args, options } = invocation;
    const to = options.text("to");
    if (to !== undefined && (options.flag("all") || args.length !== 1))
      throw new AtkError("E_USAGE", "--to goes with exactly one plugin", { hint: "atk upgrade NAME --to VERSION" });
    const context = await openContext(session);
    const { readInputs } = await import("../../app/inputs.ts");
    const { chosenNames } = await import("../../app/upgrade/upgrade-edit.ts");
    const names = chosenNames(args, options.flag("all"), await readInputs(context));
    const done: { readonly name: string; readonly view?: UpgradeView; readonly exit_code: number }[] = [];
    for (const name of names) done.push(await upgradeOne({ name, to }, invocation, session));
    if (names.length === 0) session.say("There are no plugins that are enabled.");
    if (session.json) outJson(session, { upgrades: done, exit_code: worst(done) });
    return worst(done);
  },
};

function worst(done: readonly { readonly exit_code: number }[]): number {
  return done.find(({ exit_code: code }) => code !== EXIT.ok)?.exit_code ?? EXIT.ok;
}
