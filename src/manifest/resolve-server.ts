import type { Server, Value } from "../core/server.ts";
import type { EnvVar, PluginServer } from "./plugin.ts";
import { bindVariables, isVariable, type Bind, type PluginEnvironment } from "./plugin-environment.ts";
import { references, trailingReference, substitute, withPrefix } from "./substitute.ts";

/** A secret in the middle of a text, where no client reference can stand in for it: the text keeps `${NAME}`. */
export interface EmbeddedSecret {
  readonly name: string;
  readonly in: "command" | "args" | "cwd" | "env" | "url" | "headers";
}

export interface ResolvedServer {
  /** Every clear value in its place; secrets and references as `{ env: NAME, prefix? }`, or `${NAME}` where they are embedded. */
  readonly server: Server;
  /**
   * Variables of the plugin whose secret values atk holds (.env): the client's environment does not have them, so
   * the server needs a launcher that hands them over. Empty: no launcher needed.
   */
  readonly secrets: readonly string[];
  /** Variables that the environment of the client is expected to have. */
  readonly references: readonly string[];
  /** Secrets and references that stand inside texts. A client may not expand them there; a launcher can. */
  readonly embedded: readonly EmbeddedSecret[];
  /** Required variables without a value, by name. Where they are used, the text keeps the reference; in `env` they are left out. */
  readonly missing: readonly string[];
}

export interface ResolveRequest {
  readonly server: PluginServer;
  /** The plugin's declared variables. */
  readonly envVars: readonly EnvVar[];
  readonly environment: PluginEnvironment;
}

/** A plugin's server as a client could be told about it: variables replaced in command, args, cwd, env, url and headers. */
export function resolvePluginServer(request: ResolveRequest): ResolvedServer {
  const { server } = request;
  const resolver = new Resolver(request);
  const resolved =
    server.transport === "stdio" ? localServer(server, resolver, request) : remoteServer(server, resolver);
  return { server: resolved, ...resolver.found() };
}

type LocalServer = Extract<PluginServer, { transport: "stdio" }>;
type RemoteServer = Exclude<PluginServer, LocalServer>;

function localServer(server: LocalServer, resolver: Resolver, { environment }: ResolveRequest): Server {
  const { id, transport, cwd } = server;
  const inPlugin = (path: string, isPath: boolean) => (isPath ? below(environment.pluginDirectory, path) : path);
  const command = resolver.text(server.command, "command");
  const directory = cwd === undefined ? undefined : resolver.text(cwd, "cwd");
  return {
    id,
    transport,
    command: inPlugin(command, /^\.\.?\//.test(command)),
    args: server.args.map((arg) => resolver.text(arg, "args")),
    env: resolver.env(server.env),
    ...(directory === undefined ? {} : { cwd: inPlugin(directory, !isAbsolute(directory)) }),
  };
}

function remoteServer({ id, transport, url, headers }: RemoteServer, resolver: Resolver): Server {
  const values = Object.entries(headers).flatMap(([name, template]) => {
    const value = resolver.value(template, "headers");
    return value === undefined ? [] : [[name, value] as const];
  });
  return { id, transport, url: resolver.text(url, "url"), headers: Object.fromEntries(values) };
}

/** Clients start a server from any folder, so what is relative means the plugin's own. */
function below(directory: string, path: string): string {
  const relative = path.replace(/^(\.\/)+/, "");
  return relative === "" || relative === "." ? directory : `${directory}/${relative}`;
}

const isAbsolute = (path: string) => /^([/\\~$]|[A-Za-z]:)/.test(path);

/** Replaces variables in one server and notes what it met on the way. */
class Resolver {
  readonly #request: ResolveRequest;
  readonly #bind: Bind;
  readonly #secrets = new Set<string>();
  readonly #references = new Set<string>();
  readonly #missing = new Set<string>();
  readonly #embedded = new Map<string, EmbeddedSecret>();

  constructor(request: ResolveRequest) {
    this.#request = request;
    this.#bind = bindVariables(request.envVars, request.environment);
  }

  found(): Omit<ResolvedServer, "server"> {
    return {
      secrets: [...this.#secrets],
      references: [...this.#references],
      embedded: [...this.#embedded.values()],
      missing: [...this.#missing],
    };
  }

  /** A text; secrets and references stay in it as `${NAME}`. */
  text(template: string, place: EmbeddedSecret["in"]): string {
    for (const { name, isOptional } of references(template)) {
      if (!isOptional && this.#isKnown(name)) this.#noteMissing(name);
    }
    return substitute(template, (name) => (this.#isKnown(name) ? this.#inText(name, place) : undefined));
  }

  /** A whole value, which may be a reference with text before it; undefined where its variable has no value. */
  value(template: string, place: EmbeddedSecret["in"]): Value | undefined {
    const sole = trailingReference(template);
    if (sole === undefined || !this.#isKnown(sole.name)) return this.text(template, place);
    const value = this.variable(sole.name);
    return value === undefined ? undefined : withPrefix(sole.prefix, value);
  }

  variable(name: string): Value | undefined {
    const binding = this.#bind(name);
    switch (binding.kind) {
      case "clear":
        return binding.value;
      case "secret":
        this.#secrets.add(binding.name);
        return { env: binding.name };
      case "reference":
        this.#references.add(binding.name);
        return withPrefix(binding.prefix, { env: binding.name });
      case "unset":
        this.#noteMissing(name);
        return undefined;
    }
  }

  /** The server's own variables, then what the manifest adds. A value that was set by hand beats the plugin's template. */
  env(templates: Readonly<Record<string, string | null>>): Readonly<Record<string, Value>> {
    const { dotenv, manifestEnv } = this.#request.environment;
    const names = new Set([...Object.keys(templates), ...Object.keys(manifestEnv)]);
    const values = [...names].flatMap((name) => {
      const template = Object.hasOwn(templates, name) ? (templates[name] ?? null) : null;
      const isSetByHand = Object.hasOwn(manifestEnv, name) || (Object.hasOwn(dotenv, name) && dotenv[name] !== "");
      const value = template === null || isSetByHand ? this.variable(name) : this.value(template, "env");
      return value === undefined ? [] : [[name, value] as const];
    });
    return Object.fromEntries(values);
  }

  #isKnown(name: string): boolean {
    const { server, envVars, environment } = this.#request;
    const isNamed = server.transport === "stdio" && Object.hasOwn(server.env, name);
    return isNamed || isVariable(name, envVars, environment);
  }

  #inText(name: string, place: EmbeddedSecret["in"]): string | undefined {
    const value = this.#bind(name).kind === "unset" ? undefined : this.variable(name);
    if (value === undefined || typeof value === "string") return value;
    this.#embedded.set(`${place} ${value.env}`, { name: value.env, in: place });
    return `${value.prefix ?? ""}\${${value.env}}`;
  }

  /** A variable that is used but not declared counts as required, as it did before. */
  #noteMissing(name: string): void {
    const variable = this.#request.envVars.find((declared) => declared.name === name);
    if (this.#bind(name).kind === "unset" && variable?.required !== false) this.#missing.add(name);
  }
}
