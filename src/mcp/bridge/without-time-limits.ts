type Limits = Pick<RequestInit, "dispatcher">;

let limits: Limits | undefined;

/**
 * fetch gives up after five minutes without an answer or without a byte of one; a tool may work for longer, and the client has
 * its own limits. Its settings can only be changed with an Agent of its own library, which is in Node but has no name there;
 * the one it uses is kept under a well-known symbol. Where that is not so, its limits stay. (undici, lib/global.js; docs/api/Client.md)
 */
export function withoutTimeLimits(): Limits {
  return (limits ??= createLimits());
}

const KEPT_UNDER = Symbol.for("undici.globalDispatcher.1");

type AgentClass = new (options: { headersTimeout: number; bodyTimeout: number }) => NonNullable<Limits["dispatcher"]>;

function createLimits(): Limits {
  // Loads the library, which then makes its agent.
  void new Headers();
  const kept: unknown = (globalThis as Record<symbol, unknown>)[KEPT_UNDER];
  if (typeof kept !== "object" || kept === null || kept.constructor.name !== "Agent") return {};
  return { dispatcher: new (kept.constructor as AgentClass)({ headersTimeout: 0, bodyTimeout: 0 }) };
}
