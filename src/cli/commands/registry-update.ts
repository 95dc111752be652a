import type { Command } from "../command.ts";
import { sayEvent } from "../session.ts";
import { showRegistries } from "../show-registries.ts";

export const command: Command = {
  name: "registry update",
  summary: "fetch the index of one registry, or of all, anew",
  args: "[name]",
  details:
    "Without it an index is fetched again when it is older than a day (setting registry_max_age_hours).\nChanges no plugin: atk lock NAME takes a newer version. One that cannot be reached fails alone.",
  async run({ args }, session) {
    const { openRegistries } = await import("../../app/registries/open-registries.ts");
    const { updateRegistries } = await import("../../app/registries/list-registries.ts");
    const view = { global: session.global, offline: false };
    const { sources } = await openRegistries(view, session.host, (event) => sayEvent(session, event));
    return showRegistries(await updateRegistries(args[0], sources), session);
  },
};
