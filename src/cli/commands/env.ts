import type { Command } from "../command.ts";
import { openContext, outJson } from "../session.ts";
import { table } from "../table.ts";

export const command: Command = {
  name: "env",
  summary: "show a plugin's variables and where they have their values from, masked",
  args: "<plugin>",
  options: [{ flags: "--explain", summary: "every place that has a value, not only the one that counts" }],
  details:
    "Order: .env, then the manifest's env, then the plugin's default, then the environment of the process. Nothing is looked up that is kept elsewhere.",
  async run({ args, options }, session) {
    const { explainEnvironment, PLACES } = await import("../../app/explain-env.ts");
    const [name = ""] = args;
    const variables = await explainEnvironment(name, await openContext(session));
    if (session.json) outJson(session, { plugin: name, order: PLACES, variables });
    else if (variables.length === 0) session.out(`${name} has no variables`);
    else if (!options.flag("explain")) {
      const rows = variables.map(({ name: each, value, from, required }) => [
        each,
        value ?? (required ? "(required)" : "-"),
        from,
      ]);
      session.out(table(["VARIABLE", "VALUE", "FROM"], rows));
    } else {
      const rows = variables.flatMap(({ name: each, places }) =>
        places.length === 0
          ? [[each, "", "unset", "-"]]
          : places.map(({ place, value }, at) => [at === 0 ? each : "", at === 0 ? "*" : "", place, value]),
      );
      session.out(table(["VARIABLE", "", "PLACE", "VALUE"], rows));
      session.say(`* counts. Order: ${PLACES.join(", ")}`);
    }
    return 0;
  },
};
