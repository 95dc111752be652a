import type { AccessRequested } from "../../app/secret-machines.ts";
import type { Command } from "../command.ts";
import { printable } from "../paint.ts";
import { openHome, outJson } from "../session.ts";

export const command: Command = {
  name: "secret request",
  summary: "ask for access to the secrets from this machine",
  options: [
    {
      flags: "--name <name>",
      summary: "what this machine is called in the store (default: its name, see atk machine)",
    },
  ],
  details:
    "Makes this machine's identity where there is none, and writes its public key into secrets.yaml. A machine that has access then approves it.",
  async run({ options }, session) {
    const { requestMachine } = await import("../../app/secret-machines.ts");
    const { sayCommitted } = await import("../show-secret.ts");
    const context = await openHome(session);
    const done = await requestMachine(options.text("name"), context);
    if (session.json) outJson(session, done);
    else {
      session.say(show(done));
      sayCommitted(done.committed, session);
      if (done.access === "requested") session.say(nextSteps(done, context.workspace.directory));
    }
    return 0;
  },
};

function show({ machine, key, access, newIdentity, changed }: AccessRequested): string {
  const lines = [
    access === "requested"
      ? `${machine} ${changed ? "asks" : "already asks"} for access with the key ${key}`
      : `${machine} has access${changed ? ": it is the first machine" : " already"}`,
  ];
  if (newIdentity !== undefined)
    lines.push(`This machine's identity is in ${printable(newIdentity)} (only you can read it; keep a copy of it).`);
  return lines.join("\n");
}

function nextSteps({ machine, key, committed }: AccessRequested, directory: string): string {
  return [
    "Next:",
    ...(committed?.pushed === "pushed" ? [] : [`  here: push the home: git -C ${directory} push`]),
    `  on a machine that has access: pull, then atk secret approve ${machine} --key ${key}, and push`,
    "  here again: pull",
  ].join("\n");
}
