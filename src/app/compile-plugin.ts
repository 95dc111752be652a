import { join } from "node:path";
import type { Resource } from "../core/resource.ts";
import { compileInstruction } from "../kinds/instruction.ts";
import { compileServer } from "../kinds/mcp-server.ts";
import { joinCompiled, type Compiled, type Scene } from "../kinds/scene.ts";
import { compileSkill } from "../kinds/skill.ts";
import type { Tree } from "../sources/tree.ts";
import type { Policy } from "../manifest/manifest.ts";
import type { ResolvedServer } from "../manifest/resolve-server.ts";
import { wordsOf } from "./pins/pin-plugin.ts";
import { wireProgram, type Program } from "./pins/wire-program.ts";
import { treeFromTree } from "./sub-tree.ts";
import type { Context } from "./context.ts";
import { installResource } from "./install-resource.ts";
import { isolationNotices } from "./isolation-notices.ts";
import type { GoodPlugin } from "./plugin-env.ts";
import { inlineServers, pluginServers } from "./plugin-servers.ts";
import { serviceResource } from "./service-resource.ts";
import { secretNotices } from "./secret-notices.ts";
import { toolWish } from "./tools/tool-wish.ts";

/** What the manifest says for all its plugins. */
export interface Standard {
  readonly agents: readonly string[];
  readonly policy: Policy;
}

/**
 * A plugin as resources: its files, its install command, its servers, skills and instructions for each of its agents.
 * A disabled plugin keeps its files and is wired nowhere. @throws AtkError E_PLUGIN_INVALID
 */
export async function compilePlugin(
  plugin: GoodPlugin,
  { agents: standardAgents, policy }: Standard,
  scene: Scene,
  context: Context,
): Promise<Compiled> {
  const files = joinCompiled([{ resources: [treeOf(plugin)], refusals: [], notices: warnings(plugin) }]);
  if (!plugin.entry.enabled) return files;
  const unenforced = await isolationNotices(plugin, context);
  const agents = [...(plugin.entry.agents ?? standardAgents)].sort();
  const owner = plugin.entry.name;
  const secretsIn = plugin.entry.secrets;
  const servers = await (secretsIn === "inline" ? inlineServers(plugin, context) : pluginServers(plugin, context));
  const wired = servers.map((found) => ({ ...found, ...wireProgram(found.server, programOf(plugin, found), policy) }));
  return joinCompiled([
    files,
    {
      resources: [...(await installResource(plugin, context)), ...(await serviceResource(plugin, context))],
      refusals: [],
      notices: [
        ...secretNotices(owner, secretsIn, servers),
        ...unenforced,
        ...(agents.length === 0 ? [] : wired.flatMap(({ notices }) => notices)),
      ],
    },
    ...(await Promise.all(
      wired.map(async ({ server, fromStore, secrets, embedded }) => {
        const recorded = plugin.locked.tools?.[server.id];
        const tools = await toolWish(plugin.entry, { id: server.id, recorded }, context);
        const names = embedded.map(({ name }) => name);
        return compileServer({ owner, server, fromStore, secrets, embedded: names, agents, secretsIn, tools }, scene);
      }),
    )),
    ...plugin.definition.skills.map((skill) => compileSkill({ owner, agents, ...skillWiring(skill, plugin) }, scene)),
    ...plugin.definition.instructions.map(({ name, path, text }) =>
      compileInstruction({ owner, agents, name, text, file: join(plugin.directory, path) }, scene),
    ),
  ]);
}

function programOf({ entry, locked, definition, isPending }: GoodPlugin, { server }: ResolvedServer): Program {
  const written = definition.plugin.servers.find(({ id }) => id === server.id);
  const words = written === undefined ? undefined : wordsOf(written);
  return { owner: entry.name, words, pin: locked.programs?.[server.id], isPending };
}

function warnings({ entry, definition }: GoodPlugin): Compiled["notices"] {
  return definition.warnings.map((message) => ({ owner: entry.name, message: `${entry.name}: ${message}` }));
}

function treeOf({ entry, directory, locked, linkedTo, definition, open }: GoodPlugin): Resource {
  const about = { address: `plugin.${entry.name}`, noun: "plugin", owner: entry.name, agents: [] } as const;
  if (linkedTo !== undefined) {
    return {
      ...about,
      locator: { kind: "link", file: directory },
      content: { kind: "link", target: linkedTo },
      summary: `${definition.plugin.name} linked (${definition.plugin.maturity})`,
    };
  }
  return {
    ...about,
    locator: { kind: "tree", directory },
    content: { kind: "tree", integrity: locked.integrity, open },
    summary:
      `${definition.plugin.name} ${locked.version ?? locked.commit?.slice(0, 12) ?? ""} (${definition.plugin.maturity})`.replace(
        "  ",
        " ",
      ),
  };
}

/** A skill that lies beside plugin.yaml is copied alone: the folder also holds .env, which no agent should be led to. */
function skillWiring(
  skill: GoodPlugin["definition"]["skills"][number],
  plugin: GoodPlugin,
): Pick<Parameters<typeof compileSkill>[0], "name" | "folder" | "content" | "linkable"> {
  const folder = join(plugin.directory, skill.path);
  const open = async (): Promise<Tree> => treeFromTree(await plugin.open(), skill.path);
  return {
    name: skill.name,
    folder,
    linkable: skill.linkable,
    content: { kind: "tree", integrity: skill.integrity, open },
  };
}
