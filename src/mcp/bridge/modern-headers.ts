import { isObject, type Json } from "../../core/json.ts";
import type { Outgoing } from "./outgoing.ts";

const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";

/** Since protocol 2026-07-28 every request names its version itself: there is no initialize and no session. */
export function ownVersion({ params }: Outgoing): string | undefined {
  const meta = params?.["_meta"];
  const version = isObject(meta) ? meta[VERSION_KEY] : undefined;
  return typeof version === "string" ? version : undefined;
}

/** Where a request names what it is about. (MCP 2026-07-28, Streamable HTTP: Standard Request Headers; SEP-2663 for tasks) */
const NAMED_BY: Readonly<Record<string, string>> = {
  "tools/call": "name",
  "prompts/get": "name",
  "resources/read": "uri",
  "tasks/get": "taskId",
  "tasks/update": "taskId",
  "tasks/cancel": "taskId",
};

/** The headers that repeat a request's version, method and name for what stands between; none for older protocols. */
export function modernHeaders(message: Outgoing): Readonly<Record<string, string>> {
  const version = ownVersion(message);
  if (version === undefined || message.method === undefined || message.requests.length === 0) return {};
  const name = nameOf(message.method, message.params);
  return {
    "mcp-protocol-version": encoded(version),
    "mcp-method": encoded(message.method),
    ...(name === undefined ? {} : { "mcp-name": encoded(name) }),
  };
}

function nameOf(method: string, params: Outgoing["params"]): string | undefined {
  const field = Object.hasOwn(NAMED_BY, method) ? NAMED_BY[method] : undefined;
  const value: Json | undefined = field === undefined ? undefined : params?.[field];
  return typeof value === "string" ? value : undefined;
}

/** A text as a header's value; what HTTP would not carry unchanged goes as Base64. (the same, Value Encoding) */
export function encoded(text: string): string {
  const isPlain = /^[\t\u0020-\u007e]+$/.test(text) && text === text.trim() && !/^=\?base64\?.*\?=$/.test(text);
  return isPlain ? text : `=?base64?${Buffer.from(text).toString("base64")}?=`;
}
