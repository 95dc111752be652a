import type { PluginSetup, SetupOptions } from "../../app/setup-plugins.ts";
import { EXIT } from "../../core/error-codes.ts";
import { DRY_RUN, type Command, type Invocation } from "../command.ts";
import { openContext, outJson, type Session } from "../session.ts";

export const command: Command = {
  name: "setup",
  summary: "set the variables of plugins: by questions, or from words, files and the environment",
  args: "[plugins...]",
  options: [
    { flags: "--all", summary: "every plugin that is enabled here" },
    { flags: "--env <pair...>", summary: "NAME=VALUE; refused for secret variables" },
    { flags: "--env-file <file>", summary: "assignments from a file" },
    { flags: "--from-stdin", summary: "assignments from stdin" },
    { flags: "--from-env", summary: "declared variables from atk's own environment" },
    { flags: "--unset <name...>", summary: "take variables out of .env" },
    DRY_RUN,
  ],
  details:
    "Values are kept in plugins/NAME/.env, readable by you alone and never in git. Without a terminal, or with one of the options above, nothing is asked. Exit 8 when a required variable has no value afterwards.",
  async run(invocation, session) {
    const { setupPlugins } = await import("../../app/setup-plugins.ts");
    const context = await openContext(session);
    const { args, options } = invocation;
    const values = await valuesOf(invocation, session, context);
    const plugins = await setupPlugins(
      { names: args, all: options.flag("all"), values, dryRun: options.flag("dryRun") },
      context,
    );
    if (session.json) outJson(session, { plugins });
    else for (const plugin of plugins) session.say(lineOf(plugin));
    return plugins.some(({ missing }) => missing.length > 0) ? EXIT.environment : EXIT.ok;
  },
};

type Context = Awaited<ReturnType<typeof openContext>>;

async function valuesOf({ options }: Invocation, session: Session, context: Context): Promise<SetupOptions["values"]> {
  const { givenValues, readGivenFile } = await import("../../app/setup-plugins.ts");
  const path = options.text("envFile");
  const words = { pairs: options.list("env"), fromEnvironment: options.flag("fromEnv"), unset: options.list("unset") };
  const piped = options.flag("fromStdin");
  const isGiven = path !== undefined || piped || words.fromEnvironment || words.pairs.length + words.unset.length > 0;
  if (!isGiven && session.interactive) return (await import("../ask-variables.ts")).askVariables(session);
  if (piped) return givenValues({ ...words, file: { text: await readAll(session), path: "stdin" } });
  return givenValues(path === undefined ? words : { ...words, file: await readGivenFile(path, context) });
}

async function readAll(session: Session): Promise<string> {
  let text = "";
  for await (const chunk of session.streams().input.setEncoding("utf8")) text += String(chunk);
  return text;
}

function lineOf({ name, set, unset, missing }: PluginSetup): string {
  const parts = [
    ...(set.length === 0 ? [] : [`set ${set.join(", ")}`]),
    ...(unset.length === 0 ? [] : [`took out ${unset.join(", ")}`]),
  ];
  const done = parts.length === 0 ? "nothing to set" : parts.join("; ");
  if (missing.length === 0) return `${name}: ${done}`;
  return `! ${name}: ${done}; still needs ${missing.join(", ")}\n  next: atk setup ${name}, or atk secret set and a reference in the manifest`;
}
