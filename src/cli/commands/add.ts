import { AGENT_OPTIONS, namedAgents } from "../agent-options.ts";
import { DRY_RUN, NO_INSTALL, OFFLINE, ON_DRIFT, TAKE_OVER, YES, type Command } from "../command.ts";
import { runChange } from "../change-command.ts";
import { printable } from "../paint.ts";
import { openContext } from "../session.ts";

export const command: Command = {
  name: "add",
  summary: "add a plugin: registry name, path, git or archive address, owner/repo, npm:, oci: or mcp:",
  args: "<source>",
  options: [
    { flags: "--name <name>", summary: "name in the manifest (else from the plugin itself)" },
    { flags: "--link", summary: "use the folder from where it is, for working on it" },
    ...AGENT_OPTIONS.filter((option) => option.flags !== "--all-agents"),
    YES,
    DRY_RUN,
    ON_DRIFT,
    TAKE_OVER,
    { flags: "--env-file <file>", summary: "take the plugin's variables from this file into its .env" },
    { flags: "--no-checks", summary: "do not check programs, variables and ports first" },
    NO_INSTALL,
    OFFLINE,
  ],
  details:
    "Shows what would be run and written, asks, then edits the manifest, applies just that and commits.\nExamples: atk add everything; atk add ./my-plugin; atk add https://example.com/tool.git#v1.2.0; atk add npm:@scope/server; atk add owner/repo#v1; atk add https://example.com/tool-1.2.tar.gz; atk add oci:ghcr.io/acme/server:1.2; atk add mcp:io.github.acme/server\nClaude Code plugins, MCPB bundles, repositories with a server.json and Agent Skills repositories are taken as they are.",
  async run(invocation, session) {
    const { prepareAddition } = await import("../../app/add-plugin.ts");
    const context = await openContext(session);
    const { args, options } = invocation;
    const agents = namedAgents(invocation);
    const request = {
      spec: args[0] ?? "",
      name: options.text("name"),
      link: options.flag("link"),
      agents: agents.length === 0 ? undefined : agents,
      dryRun: options.flag("dryRun"),
    };
    const addition = await prepareAddition(request, context);
    const { plugin } = addition.definition;
    const { maturity = plugin.maturity } = addition.locked;
    session.say(printable(`${plugin.name} (${maturity}): ${plugin.description}`));
    for (const notice of addition.notices) session.say(`! ${printable(notice)}`);
    const envFile = options.text("envFile");
    const { takeEnvFile } = await import("../../app/take-env-file.ts");
    const prepared = envFile === undefined ? context : await takeEnvFile(addition.name, envFile, context);
    const code = await runChange(
      {
        selection: { names: [addition.name] },
        message: `Add plugin '${addition.name}'`,
        edit: (inputs) => addition.edit(inputs),
        allOrNothing: true,
        unchecked: options.isOff("checks"),
      },
      invocation,
      session,
      prepared,
    );
    for (const warning of addition.definition.warnings) session.say(`! ${warning}`);
    return code;
  },
};
