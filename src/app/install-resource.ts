import { createHash } from "node:crypto";
import type { CommandSurroundings, Resource } from "../core/resource.ts";
import { lookAgain, type Context } from "./context.ts";
import { lifecycleEnvironment } from "./lifecycle-environment.ts";
import { dotenvOf, type GoodPlugin } from "./plugin-env.ts";
import { insideOf, isolationFor, recordedIsolation } from "./plugin-isolation.ts";
import { secretValues } from "./service-output.ts";

/** The install command of a plugin that has one: run once for each content, see `installDigest`. */
export async function installResource(plugin: GoodPlugin, context: Context): Promise<readonly Resource[]> {
  const { install, uninstall } = plugin.definition.plugin.lifecycle;
  if (install === undefined) return [];
  const { entry, directory } = plugin;
  return [
    {
      address: `install.${entry.name}`,
      noun: "install",
      owner: entry.name,
      agents: [],
      locator: { kind: "command", id: entry.name },
      content: {
        kind: "command",
        digest: await installDigest(plugin, install, context),
        formerDigest: formerDigest(plugin, install),
        digestAfter: () => installDigest(plugin, install, asItIsNow(context)),
        command: install,
        ...(uninstall === undefined ? {} : { undo: uninstall }),
        ...recordedIsolation(plugin),
        cwd: directory,
        surroundings: () => commandSurroundings(plugin, context),
      },
      summary: install,
    },
  ];
}

/** What the lifecycle commands of a plugin are run with. @throws AtkError E_ENV when a kept value cannot be had */
export async function commandSurroundings(plugin: GoodPlugin, context: Context): Promise<CommandSurroundings> {
  const env = await lifecycleEnvironment(plugin, context);
  const { inside } = insideOf(
    isolationFor(plugin),
    { plugin: plugin.entry.name, directory: plugin.directory, env },
    context,
  );
  return {
    env,
    secrets: secretValues(plugin, { env }),
    ...(inside === undefined ? {} : { inside: (words) => inside(words, "script") }),
  };
}

/**
 * Of the files and overrides (the shortcut), the command, and the variables it gets: in clear from .env and the manifest, those that are
 * kept elsewhere by where they are kept. What the shell brings does not count: the next shell brings something else.
 */
async function installDigest(plugin: GoodPlugin, install: string, context: Context): Promise<string> {
  const { shortcut, entry, portEnv } = plugin;
  const dotenv = Object.entries(await dotenvOf(plugin, context)).sort(([a], [b]) => (a < b ? -1 : 1));
  return context.digest(JSON.stringify([shortcut, install, entry.env, dotenv, portEnv ?? null]));
}

/** .env as it is, and no longer as it was going to be. */
function asItIsNow(context: Context): Context {
  const { environmentEdits: _done, ...fresh } = lookAgain(context);
  return fresh;
}

/** Before 2026-12: of the files and the command alone. */
function formerDigest({ locked }: GoodPlugin, install: string): string {
  return createHash("sha256").update(`${locked.integrity}\0${install}`).digest("hex");
}
