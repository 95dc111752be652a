import { DRY_RUN, ON_DRIFT, YES, type Command } from "../command.ts";
import { runChange } from "../change-command.ts";
import { openHome, type Session } from "../session.ts";

export const command: Command = {
  name: "secret adopt",
  summary: "take secrets that stand in clear out of the agents' files",
  args: "[names...]",
  options: [{ flags: "--all", summary: "of every entry with secrets: inline" }, YES, DRY_RUN, ON_DRIFT],
  details:
    "Names are entries with secrets: inline, as atk import leaves them, or secrets. Such an entry starts atk from then on, which looks the values up. Shows the plan and asks. What was in clear has to be taken for known: make new keys, then atk secret rotate NAME.",
  async run(invocation, session) {
    const { adoptSecrets } = await import("../../app/adopt-secrets.ts");
    const context = await openHome(session);
    const { args, options } = invocation;
    const { entries, secrets, edit } = await adoptSecrets({ names: args, all: options.flag("all") }, context);
    if (entries.length === 0 && !session.json) session.say("Nothing of that stands in clear.");
    let isDone = false;
    const code = await runChange(
      {
        selection: { names: entries.length === 0 ? args : entries },
        message: messageFor(entries),
        edit,
        allOrNothing: true,
      },
      invocation,
      session,
      context,
      { begin: async () => void (isDone = true) },
    );
    if (isDone && !session.json) sayWhatIsLeft(secrets, session);
    return code;
  },
};

function messageFor(entries: readonly string[]): string {
  return entries.length === 1
    ? `Adopt the secrets of '${entries[0]}'`
    : `Adopt the secrets of ${entries.length} entries`;
}

/** A value that was in a file may have been read, copied or committed by anybody before. */
function sayWhatIsLeft(secrets: readonly string[], session: Session): void {
  if (secrets.length === 0) return;
  session.say(
    "They were in clear, so take them for known, and more so where such a file is in git: make new keys, then",
  );
  for (const name of secrets) session.say(`  atk secret rotate ${name}`);
}
