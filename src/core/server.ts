/** A value that a client either gets in clear or, where it can, refers to by the name of a variable. */
export type Value = string | Reference;

/** The value that the variable `env` has where it is used, with `prefix` before it: `{ env: "TOKEN", prefix: "Bearer " }`. */
export interface Reference {
  readonly env: string;
  /** Text that means itself in every client, see PLAIN_PREFIX. */
  readonly prefix?: string;
}

/** No control characters, and nothing that could become part of some client's reference syntax. */
export const PLAIN_PREFIX = /^[^\u0000-\u001f\u007f${}]+$/;

/**
 * An MCP server as every client could be told about it: substitutions done, names checked, secrets gone.
 * `id` is accepted by all clients: ^[a-z0-9][a-z0-9-]*$, at most 64 characters.
 */
export type Server =
  | {
      readonly id: string;
      readonly transport: "stdio";
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, Value>>;
      readonly cwd?: string;
    }
  | {
      readonly id: string;
      /** http = streamable HTTP. */
      readonly transport: "http" | "sse";
      readonly url: string;
      readonly headers: Readonly<Record<string, Value>>;
    };

export type Transport = Server["transport"];
export type Scope = "user" | "project";
