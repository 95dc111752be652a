import type { ShownPlugin } from "../../app/registries/show-plugin.ts";
import type { Command } from "../command.ts";
import { printable } from "../paint.ts";
import { outJson, sayEvent } from "../session.ts";

export const command: Command = {
  name: "registry show",
  summary: "one plugin of a registry: versions, where from, what it runs, which variables it wants",
  args: "<plugin>",
  options: [{ flags: "--offline", summary: "use what is on this machine, however old" }],
  details:
    "Looks before you add: nothing of the plugin is run. Examples: atk registry show playwright; atk registry show acme/github@^1",
  async run({ args, options }, session) {
    const { openRegistries } = await import("../../app/registries/open-registries.ts");
    const { parsePluginName, showPlugin } = await import("../../app/registries/show-plugin.ts");
    const request = parsePluginName(args[0] ?? "");
    const view = { global: session.global, offline: options.flag("offline") };
    const { sources } = await openRegistries(view, session.host, (event) => sayEvent(session, event));
    const shown = await showPlugin(request, sources);
    if (session.json) outJson(session, shown);
    else session.out(printable(lines(shown).join("\n")));
    return 0;
  },
};

function lines(shown: ShownPlugin): readonly string[] {
  const { name, version = "", registry, also, description, maturity, tags, inside, closed } = shown;
  const field = (title: string, value: string | undefined): readonly string[] =>
    value === undefined || value === "" ? [] : [`  ${title.padEnd(11)}${value}`];
  const from = [registry, shown.origin ?? "ships with atk", shown.commit?.slice(0, 12) ?? ""].filter(
    (each) => each !== "",
  );
  const [, ...older] = shown.versions;
  return [
    `${name} ${version}`.trim(),
    `  ${description}`,
    ...field("Maturity:", maturity),
    ...field("Registry:", from.join("  ")),
    ...field("Also in:", also.join(", ")),
    ...field("Versions:", older.length === 0 ? undefined : shown.versions.join(", ")),
    ...field("Tags:", tags.join(", ")),
    ...field("Homepage:", inside?.homepage),
    ...field("Agents:", agentWords(shown.agents)),
    ...field("Unknown:", closed),
    ...list("Runs:", inside?.runs),
    ...list("Variables:", inside?.variables.map(variableLine)),
  ];
}

const MANY = 8;

function agentWords(agents: readonly string[] | undefined): string | undefined {
  if (agents === undefined || agents.length <= MANY) return agents?.join(", ");
  return `${agents.slice(0, MANY).join(", ")} and ${agents.length - MANY} more`;
}

function list(title: string, items: readonly string[] | undefined): readonly string[] {
  return items === undefined || items.length === 0 ? [] : [`  ${title}`, ...items.map((each) => `    ${each}`)];
}

type Variable = NonNullable<ShownPlugin["inside"]>["variables"][number];

function variableLine({ name, required, secret, description }: Variable): string {
  const words = [required ? "required" : "", secret ? "secret" : ""].filter((each) => each !== "").join(", ");
  return `${name}${words === "" ? "" : ` (${words})`}${description === undefined ? "" : `: ${description}`}`;
}
