import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { encoded, ownVersion } from "./modern-headers.ts";
import type { Outgoing } from "./outgoing.ts";

/** Arguments of tools that a server wants to see in headers. (MCP 2026-07-28, Streamable HTTP: Custom Headers from Tool Parameters) */
export interface ToolHeaders {
  /** Takes the answer to `tools/list`. */
  learn(answer: JsonObject): void;
  /** The headers of a `tools/call`; none for other messages, older protocols, and tools that were not listed. */
  headersOf(message: Outgoing): Readonly<Record<string, string>>;
}

/** An argument by its path, and the header that repeats it. */
interface Declared {
  readonly path: readonly string[];
  readonly header: string;
}

export function createToolHeaders(): ToolHeaders {
  const byTool = new Map<string, readonly Declared[]>();
  return {
    learn({ result }) {
      const tools = isObject(result) ? result["tools"] : undefined;
      for (const tool of Array.isArray(tools) ? tools : []) {
        if (!isObject(tool) || typeof tool["name"] !== "string") continue;
        byTool.set(tool["name"], declaredIn(tool["inputSchema"], []));
      }
    },
    headersOf(message) {
      const name = message.params?.["name"];
      if (message.method !== "tools/call" || typeof name !== "string" || ownVersion(message) === undefined) return {};
      const pairs = (byTool.get(name) ?? []).flatMap(({ path, header }) => {
        const value = textOf(valueAt(message.params?.["arguments"], path));
        return value === undefined ? [] : [[header, encoded(value)] as const];
      });
      return Object.fromEntries(pairs);
    },
  };
}

/** Only what a chain of `properties` leads to can be declared. */
function declaredIn(schema: Json | undefined, path: readonly string[]): readonly Declared[] {
  if (!isObject(schema)) return [];
  const name = schema["x-mcp-header"];
  const isName = typeof name === "string" && /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name);
  const own = isName && path.length > 0 ? [{ path, header: `mcp-param-${name.toLowerCase()}` }] : [];
  const properties = isObject(schema["properties"]) ? Object.entries(schema["properties"]) : [];
  return [...own, ...properties.flatMap(([key, inner]) => declaredIn(inner, [...path, key]))];
}

function valueAt(value: Json | undefined, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (at, key) => (isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined),
    value,
  );
}

function textOf(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean" || Number.isSafeInteger(value)) return String(value);
  return undefined;
}
