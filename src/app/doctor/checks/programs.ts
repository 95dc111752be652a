import { preflightCommand } from "../../preflight.ts";
import type { Check, ReadHome } from "../check.ts";
import type { Answer } from "../finding.ts";

/** The programs that the servers of the manifest are started with. */
export const programs: Check = {
  id: "programs",
  title: "Program",
  about: "manifest",
  async examine(home) {
    const needed = await neededPrograms(home);
    return Promise.all([...needed].map(([program, owners]) => judge(program, owners, home)));
  },
};

async function judge(program: string, owners: readonly string[], { context }: ReadHome): Promise<Answer> {
  const [problem, path] = await Promise.all([preflightCommand(program, context), context.host.programs.find(program)]);
  const who = `for ${owners.join(", ")}`;
  if (problem === undefined) return { subject: program, state: "ok", detail: `${path ?? program} ${who}` };
  const fix = problem.hint?.replace(/; --no-checks.*$/, "");
  return {
    subject: program,
    state: "problem",
    detail: `is not on PATH, and is needed ${who}`,
    ...(fix === undefined ? {} : { fix }),
  };
}

/** Programs by name with the entries that need them. Paths and texts with variables are the plugin's own. */
async function neededPrograms(home: ReadHome): Promise<ReadonlyMap<string, readonly string[]>> {
  const { servers } = home.inputs.manifest;
  const own = Object.entries(servers).flatMap(([name, server]) =>
    server.enabled && home.setting.matches(server.when) && "command" in server
      ? [{ name, command: server.command }]
      : [],
  );
  const plugins = (await home.plugins()).flatMap((plugin) =>
    "fault" in plugin || !plugin.entry.enabled || !home.setting.matches(plugin.entry.when)
      ? []
      : plugin.definition.plugin.servers.flatMap((server) =>
          server.transport === "stdio" ? [{ name: plugin.entry.name, command: server.command }] : [],
        ),
  );
  const needed = new Map<string, readonly string[]>();
  for (const { name, command } of [...own, ...plugins]) {
    if (/[$/\\]/.test(command)) continue;
    needed.set(command, [...new Set([...(needed.get(command) ?? []), name])]);
  }
  return needed;
}
