import type { Command } from "../command.ts";
import { sayEvent } from "../session.ts";
import { showRegistries } from "../show-registries.ts";

export const command: Command = {
  name: "registry list",
  summary: "list the registries, the one that is asked first in front",
  details: "Shows what is known on this machine, without the network. The built-in registry is `atk`.",
  async run(_invocation, session) {
    const { openRegistries } = await import("../../app/registries/open-registries.ts");
    const { listRegistries } = await import("../../app/registries/list-registries.ts");
    const view = { global: session.global, offline: true };
    const { sources } = await openRegistries(view, session.host, (event) => sayEvent(session, event));
    const registries = await listRegistries(sources);
    showRegistries(registries, session);
    return 0;
  },
};
