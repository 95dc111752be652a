import { AtkError } from "../core/errors.ts";
import type { Server, Value } from "../core/server.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** A server with every value in clear. Lives only as long as the probe; `hidden` must never be shown. */
export type ConcreteServer = { readonly id: string; readonly hidden: readonly string[] } & (
  | {
      readonly transport: "stdio";
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly cwd?: string;
    }
  | {
      readonly transport: "http" | "sse";
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
    }
);

/** Values shorter than this are settings such as `1` or `debug`; hiding them would only blacken the message. */
const MIN_HIDDEN_LENGTH = 6;

/** @throws AtkError E_ENV naming the variables that have no value here. */
export function concrete(server: Server, env: Environment): ConcreteServer {
  const texts = server.transport === "stdio" ? [server.command, ...server.args] : [server.url];
  const values = Object.entries(server.transport === "stdio" ? server.env : server.headers);
  const missing = values.flatMap(([, value]) =>
    typeof value === "string" || filled(env[value.env]) ? [] : [value.env],
  );
  if (missing.length > 0) {
    throw new AtkError(
      "E_ENV",
      `${server.id}: cannot start the server, no value for ${[...new Set(missing)].join(", ")}`,
      {
        hint: "set it in the environment the client is started from",
      },
    );
  }
  const clear = Object.fromEntries(values.map(([name, value]) => [name, lookUp(value, env)]));
  // A server that complains may repeat a token without the `Bearer ` before it.
  const looked = values.map(([name, value]) =>
    typeof value === "string" ? (clear[name]?.split(" ").at(-1) ?? "") : (env[value.env] ?? ""),
  );
  const embedded = texts.flatMap((text) => referencesIn(text).map((name) => env[name] ?? ""));
  const hidden = [...Object.values(clear), ...looked, ...embedded].filter((value) => value.length >= MIN_HIDDEN_LENGTH);
  const common = { id: server.id, hidden };
  const expand = (text: string): string => text.replace(REFERENCE, (written, name: string) => env[name] ?? written);
  if (server.transport !== "stdio")
    return { ...common, transport: server.transport, url: expand(server.url), headers: clear };
  const { transport, command, args, cwd } = server;
  return {
    ...common,
    transport,
    command: expand(command),
    args: args.map(expand),
    env: clear,
    ...(cwd === undefined ? {} : { cwd }),
  };
}

/** What is left of secrets inside texts, see manifest/resolve-server.ts. */
const REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

function referencesIn(text: string): readonly string[] {
  return [...text.matchAll(REFERENCE)].map(([, name]) => name ?? "");
}

function filled(value: string | undefined): boolean {
  return value !== undefined && value !== "";
}

function lookUp(value: Value, env: Environment): string {
  return typeof value === "string" ? value : `${value.prefix ?? ""}${env[value.env] ?? ""}`;
}
