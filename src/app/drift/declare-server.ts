import { AtkError } from "../../core/errors.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { Server, Value } from "../../core/server.ts";
import { clearSecretsIn, type ClearSecret } from "./clear-secrets.ts";
import { cannotPromote, type Promoting } from "./promotion.ts";
import type { ReadEntry } from "./read-entry.ts";

export interface Declared {
  /** The fields as they are written in `mcp_servers`. */
  readonly fields: JsonObject;
  /** Secrets of the home that stand in for what is there in clear, as `NAME`. */
  readonly referred: readonly string[];
}

export interface ToDeclare {
  readonly id: string;
  readonly read: ReadEntry;
  /** `file:line` of the entry, for messages. */
  readonly place: string;
  /** What the manifest says of values that are the same still, by the name of the variable or header. */
  readonly kept?: Readonly<Record<string, Json>>;
}

/**
 * A server as `mcp_servers` has it. Nothing secret is written: where the home has a secret of the variable's name that one is
 * referred to.
 * @throws AtkError E_SECRET_IN_GIT for secrets in clear, E_DISAGREES for what has no words in the manifest
 */
export function declareServer(
  { id, read, place, kept = {} }: ToDeclare,
  { secrets }: Pick<Promoting, "secrets">,
): Declared {
  const { server, tools, unsaid } = read;
  if (unsaid.length > 0)
    throw cannotPromote({ id }, `the manifest has no words for ${unsaid.join(", ")} of the entry in ${place}`);
  const isKept = (found: ClearSecret): boolean => "name" in found && Object.hasOwn(kept, found.name);
  const clear = clearSecretsIn(server).filter((found) => !isKept(found));
  for (const found of clear) refuseClear(found, { id, place, name: secretName(found, server), secrets });
  const hidden = new Map(clear.flatMap((found) => ("name" in found ? [[found.name, found] as const] : [])));
  const written = (values: Readonly<Record<string, Value>>): JsonObject =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        kept[name] ?? (hidden.has(name) ? reference(hidden.get(name), server) : { ...asJson(value) }.value),
      ]),
    );
  return {
    fields: { ...fieldsOf(server, written), ...(tools === undefined ? {} : { tools: { ...tools } }) },
    referred: [...hidden.values()].map((found) => secretName(found, server)),
  };
}

function fieldsOf(server: Server, written: (values: Readonly<Record<string, Value>>) => JsonObject): JsonObject {
  const map = (key: string, values: Readonly<Record<string, Value>>): JsonObject =>
    Object.keys(values).length === 0 ? {} : { [key]: written(values) };
  if (server.transport !== "stdio") {
    const transport = server.transport === "sse" ? { transport: "sse" } : {};
    return { url: server.url, ...transport, ...map("headers", server.headers) };
  }
  const args = server.args.length === 0 ? {} : { args: server.args };
  const cwd = server.cwd === undefined ? {} : { cwd: server.cwd };
  return { command: server.command, ...args, ...map("env", server.env), ...cwd };
}

function asJson(value: Value): { readonly value: Json } {
  return { value: typeof value === "string" ? value : { ...value } };
}

function reference(found: ClearSecret | undefined, server: Server): Json {
  if (found === undefined || !("name" in found)) return "";
  const prefix = found.prefix === undefined ? {} : { prefix: found.prefix };
  return { secret: secretName(found, server), ...prefix };
}

/** A variable's own name; a header gets the server's before it, because all servers have the same headers. */
function secretName(found: ClearSecret, { id }: Server): string {
  if (!("name" in found)) return "";
  const name = found.in === "env" ? found.name : `${id}_${found.name}`;
  return name.toUpperCase().replaceAll(/[^A-Z0-9_]/g, "_");
}

function refuseClear(
  found: ClearSecret,
  { id, place, name, secrets }: Pick<ToDeclare, "id" | "place"> & { name: string; secrets: ReadonlySet<string> },
): void {
  if (!("name" in found))
    throw new AtkError(
      "E_SECRET_IN_GIT",
      `${id} has what looks like a secret in its ${found.in} (${place}); the manifest is committed`,
      {
        hint: "hand it over in a variable or a header of its own, then promote again",
      },
    );
  if (secrets.has(name)) return;
  throw new AtkError(
    "E_SECRET_IN_GIT",
    `${id} has ${found.name} in clear in ${place}, which looks like a secret; the manifest is committed`,
    { hint: `atk secret set ${name} (asks for the value), then promote again: the manifest will refer to it` },
  );
}
