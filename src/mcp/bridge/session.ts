import { isObject, type JsonObject } from "../../core/json.ts";

/** What one `initialize` agreed on; the next one starts another. */
export interface Session {
  id?: string;
  version?: string;
  /** The server does not know it any more. */
  isGone: boolean;
  /** Ends what is open for it besides requests. */
  readonly over: AbortController;
}

export function createSession(): Session {
  return { isGone: false, over: new AbortController() };
}

/** Sent with everything after `initialize`. (MCP 2025-06-18, Streamable HTTP: Session Management, Protocol Version Header) */
export function sessionHeaders({ id, version }: Session): Readonly<Record<string, string>> {
  return {
    ...(id === undefined ? {} : { "mcp-session-id": id }),
    ...(version === undefined ? {} : { "mcp-protocol-version": version }),
  };
}

export function noteVersion(session: Session, answer: JsonObject): void {
  const { result } = answer;
  const version = isObject(result) ? result["protocolVersion"] : undefined;
  if (typeof version === "string" && /^[\u0021-\u007e]+$/.test(version)) session.version = version;
}
