import type { ExplainedPlugin } from "../../app/setup/explain-values.ts";
import { showPlace } from "../../core/errors.ts";
import type { Command } from "../command.ts";
import { painter } from "../paint.ts";
import { openContext, outJson, sayEvent, type Session } from "../session.ts";

export const command: Command = {
  name: "env",
  summary: "show a plugin's variables and where their values come from",
  args: "<plugin>",
  options: [{ flags: "--explain", summary: "every place that has a value, and the order of precedence" }],
  details:
    "Secrets are shown by their last four characters, and so is what stands in .env without being declared. Reads only, and looks nothing up that is kept elsewhere.",
  async run({ args: [name = ""], options }, session) {
    const { findPlugins } = await import("../../app/setup/find-plugins.ts");
    const { explainValues } = await import("../../app/setup/explain-values.ts");
    const context = await openContext(session);
    const { plugins } = await findPlugins([name], context, { offline: true });
    for (const plugin of plugins) {
      const explained = await explainValues(plugin, context);
      sayProblems(explained, session);
      if (session.json) outJson(session, asJson(explained));
      else if (options.flag("explain")) session.out(await explain(explained, context.workspace.manifestFile, session));
      else session.out((await import("../show-values.ts")).showValues(explained));
    }
    return 0;
  },
};

function sayProblems({ problems }: ExplainedPlugin, session: Session): void {
  for (const { message, at, hint } of problems) {
    const place = at === undefined ? "" : `${showPlace(at)}: `;
    sayEvent(session, { type: "warning", message: `${place}${message}`, ...(hint === undefined ? {} : { hint }) });
  }
}

async function explain(explained: ExplainedPlugin, manifestFile: string, session: Session): Promise<string> {
  const { explainAll } = await import("../show-values.ts");
  return explainAll(explained, manifestFile, painter(session.color.stdout));
}

function asJson({ plugin, file, variables, missing, precedence }: ExplainedPlugin): unknown {
  return {
    plugin,
    file,
    variables: variables.map(({ isDeclared, places, ...variable }) => ({
      ...variable,
      declared: isDeclared,
      value: places[0]?.value ?? null,
      from: places[0]?.place ?? "unset",
      places: places.map(({ isAbsent = false, ...place }) => ({ ...place, ...(isAbsent ? { absent: true } : {}) })),
    })),
    missing,
    precedence,
  };
}
