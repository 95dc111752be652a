import { EXIT } from "../../core/error-codes.ts";
import type { Command, Invocation } from "../command.ts";
import { painter } from "../paint.ts";
import { openContext, outJson, type Session } from "../session.ts";

export const command: Command = {
  name: "machine",
  summary: "show what this machine is and why entries are on or off here; give it a name and tags",
  args: "[entries...]",
  options: [
    { flags: "--name <name>", summary: "the name of this machine from now on (its own settings, never in git)" },
    { flags: "--tag <tag>", summary: "a tag that this machine has from now on", isRepeatable: true },
    { flags: "--untag <tag>", summary: "a tag of its settings that it no longer has", isRepeatable: true },
  ],
  details:
    "Without a name of its own it has that of its host, without the domain. ATK_MACHINE=NAME is another name for one run.\nShows no value of env or headers.",
  async run(invocation, session) {
    const { args } = invocation;
    if (isNaming(invocation)) await name(invocation, session);
    if (isNaming(invocation) && args.length === 0 && !session.json) return EXIT.ok;
    const { describeMachine } = await import("../../app/machines/describe-machine.ts");
    const description = await describeMachine(args, await openContext(session));
    if (session.json) outJson(session, description);
    else {
      const { showMachine } = await import("../show-machine.ts");
      session.out(showMachine(description, { paint: painter(session.color.stdout), named: args.length > 0 }));
    }
    return EXIT.ok;
  },
};

function isNaming({ options }: Invocation): boolean {
  return options.text("name") !== undefined || options.list("tag").length + options.list("untag").length > 0;
}

async function name({ options }: Invocation, session: Session): Promise<void> {
  const { nameMachine } = await import("../../app/machines/name-machine.ts");
  const text = options.text("name");
  const file = await nameMachine(
    { ...(text === undefined ? {} : { name: text }), tags: options.list("tag"), withoutTags: options.list("untag") },
    session.host,
  );
  session.say(`Written to ${file}; next: atk plan`);
}
