import { quoteForShell } from "../../clients/shell-quote.ts";
import { equal, isObject, type Json, type JsonObject } from "../../core/json.ts";
import type { Server, Value } from "../../core/server.ts";
import { readForEdit, setPluginField } from "../../manifest/edit-manifest.ts";
import type { Item } from "../make-plan.ts";
import { declareServer } from "./declare-server.ts";
import type { FoundEdit } from "./find-edits.ts";
import { cannotPromote, type Promoting, type Promotion } from "./promotion.ts";
import { isLauncher, readBoth, startsAlike, valuesOf, type Both } from "./promote-server.ts";

/**
 * What the manifest can say of a plugin's server: values of its variables, and which of its tools are used.
 * @throws AtkError E_DISAGREES for everything else, E_SECRET_IN_GIT for secrets in clear
 */
export async function promotePluginServer(edit: FoundEdit, item: Item, promoting: Promoting): Promise<Promotion> {
  const { owner } = item.change;
  const { manifestFile } = promoting.context.workspace;
  const both = await readBoth(edit, item, promoting);
  refuseOther(edit, owner, both);
  const values = changedValues(edit, both);
  const known = variablesOf(owner, promoting);
  const unknown = Object.keys(values).filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw cannotPromote(edit, `${owner} has no variable ${unknown.join(", ")}, so the manifest cannot set it`);
  const { fields } = declareServer(
    { id: edit.id, read: { ...both.theirs, server: withOnly(both.theirs.server, values) }, place: both.place },
    promoting,
  );
  const found = fields["env"] ?? fields["headers"];
  const written = isObject(found) ? found : {};
  const tools = equal({ ...both.theirs.tools }, { ...both.ours.tools }) ? undefined : { ...both.theirs.tools };
  return {
    edit: ({ manifestText }) => {
      const env = { ...writtenEnv(manifestText, owner, manifestFile), ...written };
      const named = { plugin: owner, name: "env", value: env } as const;
      const withEnv =
        Object.keys(written).length === 0 ? manifestText : setPluginField(manifestText, named, manifestFile);
      if (tools === undefined) return withEnv;
      const value = Object.keys(tools).length === 0 ? undefined : tools;
      return setPluginField(withEnv, { plugin: owner, name: "tools", value }, manifestFile);
    },
    maySpellAnew: isLauncher(both.ours.server),
    notes: [],
  };
}

/** As it is written, for the words that are not touched. */
function writtenEnv(text: string, owner: string, file: string): JsonObject {
  const { plugins } = readForEdit(text, file);
  const entries: readonly Json[] = Array.isArray(plugins) ? plugins : [];
  const entry = entries.find((each) => isObject(each) && each["name"] === owner);
  const env = isObject(entry) ? entry["env"] : undefined;
  return isObject(env) ? env : {};
}

function refuseOther(edit: FoundEdit, owner: string, { ours, theirs }: Both): void {
  const parts = differing(ours.server, theirs.server);
  if (parts.length === 0) return;
  throw cannotPromote(
    edit,
    `it is of the plugin ${owner}, of which the manifest says values of variables, agents and tools; this differs in ${parts.join(", ")}`,
    `atk drift revert ${quoteForShell(edit.id)}, or declare it under mcp_servers with a name of its own`,
  );
}

function differing(ours: Server, theirs: Server): readonly string[] {
  if (ours.transport === "stdio" && theirs.transport === "stdio") {
    if (startsAlike(ours, theirs)) return [];
    return (["command", "args", "cwd"] as const).filter(
      (key) => JSON.stringify(ours[key]) !== JSON.stringify(theirs[key]),
    );
  }
  if (ours.transport === "stdio" || theirs.transport === "stdio") return ["how it is reached"];
  return ours.url === theirs.url && ours.transport === theirs.transport ? [] : ["its address"];
}

function changedValues(edit: FoundEdit, { ours, theirs }: Both): Readonly<Record<string, Value>> {
  const [mine, other] = [valuesOf(ours.server), valuesOf(theirs.server)];
  const gone = Object.keys(mine).filter((name) => other[name] === undefined);
  if (gone.length > 0)
    throw cannotPromote(edit, `the manifest cannot take ${gone.join(", ")} away from a plugin's server`);
  return Object.fromEntries(
    Object.entries(other).filter(([name, value]) => JSON.stringify(mine[name]) !== JSON.stringify(value)),
  );
}

function withOnly(server: Server, values: Readonly<Record<string, Value>>): Server {
  return server.transport === "stdio" ? { ...server, env: values } : { ...server, headers: values };
}

function variablesOf(owner: string, { survey }: Promoting): ReadonlySet<string> {
  const plugin = survey.plugins.find(({ entry }) => entry.name === owner);
  if (plugin === undefined || "fault" in plugin) return new Set();
  return new Set(plugin.definition.plugin.envVars.map(({ name }) => name));
}
