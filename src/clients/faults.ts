import { PLAIN_PREFIX, type Server, type Value } from "../core/server.ts";

/** Part of a server that holds text. */
export type Place = "command" | "args" | "env" | "headers" | "url" | "cwd";

/** Text that a client reads as something else than itself, and where it does so. */
export interface Expansion {
  readonly pattern: RegExp;
  readonly in: readonly Place[];
}

/** What one text of a server is called in a message; never what it holds, which may be a secret. */
interface NamedText {
  readonly place: Place;
  readonly label: string;
  readonly text: string;
}

/** Rules that hold for every client: what no program or HTTP library takes. */
export function plainFaults(server: Server): readonly string[] {
  const faults = textsOf(server)
    .filter(({ text }) => text.includes("\0"))
    .map(({ label }) => `${label} holds a NUL character`);
  return server.transport === "stdio" ? [...faults, ...stdioFaults(server)] : [...faults, ...remoteFaults(server)];
}

function stdioFaults(server: Extract<Server, { transport: "stdio" }>): readonly string[] {
  const faults = Object.keys(server.env)
    .filter((name) => name === "" || /[=\0]/.test(name))
    .map((name) => `env ${JSON.stringify(name)} is no name for a variable`);
  return server.command.trim() === "" ? ["command is empty", ...faults] : faults;
}

function remoteFaults(server: Exclude<Server, { transport: "stdio" }>): readonly string[] {
  const faults = Object.entries(server.headers).flatMap(([name, value]) => headerFaults(name, value));
  const all = [...faults, ...doubleHeaders(Object.keys(server.headers))];
  return isHttpUrl(server.url) ? all : ["url is not an http or https address", ...all];
}

/** Capitals make no difference in the names of headers. */
function doubleHeaders(names: readonly string[]): readonly string[] {
  const lower = names.map((name) => name.toLowerCase());
  return names
    .filter((name, at) => lower.indexOf(name.toLowerCase()) !== at)
    .map((name) => `headers ${name} stands there twice`);
}

function headerFaults(name: string, value: Value): readonly string[] {
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return [`headers ${JSON.stringify(name)} is no name for a header`];
  if (typeof value === "string" && /[\r\n]/.test(value)) return [`headers ${name} holds a line break`];
  return [];
}

function isHttpUrl(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

/** References that are none, and those in places where this client expands none: it would send the reference itself. */
export function referenceFaults(
  client: string,
  server: Server,
  expandedIn: readonly ("env" | "headers")[],
): readonly string[] {
  const place = server.transport === "stdio" ? "env" : "headers";
  const values = server.transport === "stdio" ? server.env : server.headers;
  return Object.entries(values).flatMap(([key, value]) => {
    if (typeof value === "string") return [];
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(value.env))
      return [`${place} ${key} refers to ${JSON.stringify(value.env)}, which is no name for a variable`];
    if (value.prefix !== undefined && !PLAIN_PREFIX.test(value.prefix))
      return [`${place} ${key} has a prefix with $, {, } or a control character in it`];
    if (expandedIn.includes(place)) return [];
    return [
      `${place} ${key} refers to the variable ${value.env}, but ${client} expands nothing there and would use the reference itself as the value`,
    ];
  });
}

/** References in `env` that a client cannot say which only knows the names of variables to hand on. */
export function envNameFaults(client: string, server: Server): readonly string[] {
  if (server.transport !== "stdio") return [];
  return Object.entries(server.env).flatMap(([key, value]) => {
    if (typeof value === "string") return [];
    if (value.env !== key)
      return [
        `env ${key} refers to the variable ${value.env}, but ${client} hands variables on under their own name only`,
      ];
    if (value.prefix === undefined) return [];
    return [`env ${key} has text before the variable, but ${client} hands variables on as they are`];
  });
}

/** Literal texts that this client would not take literally. */
export function expansionFaults(client: string, server: Server, expansions: readonly Expansion[]): readonly string[] {
  return textsOf(server)
    .filter(({ place, text }) =>
      expansions.some((expansion) => expansion.in.includes(place) && expansion.pattern.test(text)),
    )
    .map(({ label }) => `${label} holds text that ${client} would replace before it uses it`);
}

function textsOf(server: Server): readonly NamedText[] {
  if (server.transport !== "stdio")
    return [{ place: "url", label: "url", text: server.url }, ...literals("headers", server.headers)];
  return [
    { place: "command", label: "command", text: server.command },
    ...server.args.map((text, index): NamedText => ({ place: "args", label: `args[${index}]`, text })),
    ...literals("env", server.env),
    ...(server.cwd === undefined ? [] : [{ place: "cwd", label: "cwd", text: server.cwd } as const]),
  ];
}

function literals(place: Place, values: Readonly<Record<string, Value>>): readonly NamedText[] {
  return Object.entries(values).flatMap(([key, text]) =>
    typeof text === "string" ? [{ place, label: `${place} ${key}`, text }] : [],
  );
}

/** A working directory for a client that has no word for it. */
export function cwdFaults(client: string, server: Server): readonly string[] {
  if (server.transport !== "stdio" || server.cwd === undefined) return [];
  return [`cwd is set, but ${client} has no working directory for a server`];
}
