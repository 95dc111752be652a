import { isObject, type Json, type JsonObject } from "../../core/json.ts";

/** What JSON-RPC allows a request to be named. */
export type Id = string | number;

export interface RequestHead {
  readonly id: Id;
  readonly method: string;
}

/** One line of the client: a message, or a batch of them (up to protocol 2025-03-26). */
export interface Outgoing {
  /** As the client wrote it; sent unchanged. */
  readonly text: string;
  readonly isBatch: boolean;
  readonly requests: readonly RequestHead[];
  /** The method of a message that is alone, a request or a notification. */
  readonly method: string | undefined;
  /** The request that a `notifications/cancelled` names. */
  readonly cancels: Id | undefined;
  /** `params`, of a message that is alone. */
  readonly params: JsonObject | undefined;
}

/** The line of a client as a message; a text for the client where it is none. (JSON-RPC 2.0, section 5.1) */
export function readOutgoing(text: string): Outgoing | { readonly refusal: string } {
  const data = parse(text);
  if (data === undefined) return { refusal: errorText(null, { code: -32700, message: "the line is not JSON" }) };
  const members = Array.isArray(data) ? data : [data];
  if (members.length === 0 || !members.every(isObject))
    return { refusal: errorText(null, { code: -32600, message: "the line is not a JSON-RPC message" }) };
  const only = isObject(data) ? data : undefined;
  const method = typeof only?.["method"] === "string" ? only["method"] : undefined;
  const params = isObject(only?.["params"]) ? only["params"] : undefined;
  return {
    text,
    isBatch: only === undefined,
    requests: members.flatMap(requestHead),
    method,
    params,
    cancels: method === "notifications/cancelled" ? idOf(params?.["requestId"]) : undefined,
  };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function requestHead(message: JsonObject): readonly RequestHead[] {
  const id = idOf(message["id"]);
  return id === undefined || typeof message["method"] !== "string" ? [] : [{ id, method: message["method"] }];
}

export function idOf(value: Json | undefined): Id | undefined {
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}

export interface RpcError {
  readonly code: number;
  readonly message: string;
}

/** An error response on one line. */
export function errorText(id: Id | null, error: RpcError): string {
  return JSON.stringify({ jsonrpc: "2.0", id, error });
}
