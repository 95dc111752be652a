import { AtkError } from "../../core/errors.ts";
import type { FoundEntry } from "../../app/search-registry.ts";
import type { Command } from "../command.ts";
import { printable } from "../paint.ts";
import { outJson, sayEvent } from "../session.ts";
import { table } from "../table.ts";

const MATURITIES = ["verified", "community", "ai-generated"];

export const command: Command = {
  name: "search",
  summary: "search all registries by name, description or tag",
  args: "[query]",
  options: [
    { flags: "--tag <tag...>", summary: "only plugins with this tag; several: with all of them" },
    { flags: "--agent <id>", summary: "only what this agent can use, as far as the index says what a plugin brings" },
    { flags: "--maturity <word>", summary: "only verified, community or ai-generated" },
    { flags: "--registry <name>", summary: "only this registry (the built-in one is atk)" },
    { flags: "--offline", summary: "use the indexes on this machine, however old" },
  ],
  details:
    "Small mistakes are forgiven. Works from the indexes on this machine; those older than a day are fetched anew first.\nMore about one plugin: atk registry show NAME",
  async run({ args, options }, session) {
    const { openRegistries } = await import("../../app/registries/open-registries.ts");
    const { searchRegistries } = await import("../../app/search-registry.ts");
    const maturity = options.text("maturity");
    if (maturity !== undefined && !MATURITIES.includes(maturity))
      throw new AtkError("E_USAGE", `--maturity takes ${MATURITIES.join(", ")}, not ${JSON.stringify(maturity)}`);
    const view = { global: session.global, offline: options.flag("offline") };
    const { sources } = await openRegistries(view, session.host, (event) => sayEvent(session, event));
    const query = args[0] ?? "";
    const filters = { tags: options.list("tag"), agent: options.text("agent"), registry: options.text("registry") };
    const { found, notices, suggestion } = await searchRegistries({ query, maturity, ...filters }, sources);
    for (const notice of notices) session.say(`! ${printable(notice)}`);
    if (session.json) outJson(session, found);
    else if (found.length > 0) {
      session.out(show(found, (sources.registries ?? []).length > 0));
      session.say("Install with: atk add <name>");
    } else {
      session.out(printable(query === "" ? "No plugins match." : `No plugins match '${query}'.`));
      session.say(suggestion === undefined ? "atk search (lists everything)" : printable(suggestion));
    }
    return 0;
  },
};

/** Where the registry comes from is shown only where there are several. */
function show(found: readonly FoundEntry[], several: boolean): string {
  const head = ["NAME", "VERSION", ...(several ? ["REGISTRY"] : []), "DESCRIPTION"];
  const rows = found.map(({ name, version = "-", registry, description }) => [
    name,
    version,
    ...(several ? [registry] : []),
    description,
  ]);
  return table(head, rows);
}
