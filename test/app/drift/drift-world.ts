import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { clients } from "../../../src/clients/index.generated.ts";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import type { Key, Pointer } from "../../../src/core/resource.ts";
import type { DocumentEdit } from "../../../src/formats/document.ts";
import { loadEditor } from "../../../src/primitives/load-format.ts";
import { runAtk, type Ended } from "../../scenarios/run-atk.ts";
import { createScratchHome } from "../../scenarios/scratch-home.ts";
import { takePicture } from "../../scenarios/picture.ts";

/** Clients of every format, and the place of their file below HOME. */
export const FILES = {
  cursor: ".cursor/mcp.json",
  opencode: ".config/opencode/opencode.jsonc",
  codex: ".codex/config.toml",
  goose: ".config/goose/config.yaml",
  "continue-cli": ".continue/config.yaml",
} as const;

export type Agent = keyof typeof FILES;
export const AGENTS = Object.keys(FILES) as readonly Agent[];

export interface DriftWorld {
  readonly home: string;
  atk(...words: readonly string[]): Promise<Ended>;
  /** stdout of `--json`, and the exit code. */
  json<T>(...words: readonly string[]): Promise<{ readonly code: number; readonly said: T }>;
  write(name: string, text: string): void;
  read(agent: Agent): string;
  /** Edits a client's file by hand: sets a value of an entry, or takes the entry or a key away. */
  edit(agent: Agent, name: string, keys: readonly Key[], value: Json | undefined): Promise<void>;
  picture(): string;
  remove(): void;
}

export function createDriftWorld(): DriftWorld {
  const { home, env, remove } = createScratchHome();
  const atk: DriftWorld["atk"] = (...words) => runAtk(words, { home, directory: home, env });
  const pathOf = (agent: Agent): string => join(home, FILES[agent]);
  const write: DriftWorld["write"] = (name, text) => {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  };
  return {
    home,
    atk,
    write,
    remove,
    json: async (...words) => {
      const { code, stdout } = await atk(...words, "--json");
      return { code, said: JSON.parse(stdout) as never };
    },
    read: (agent) => readFileSync(pathOf(agent), "utf8"),
    edit: async (agent, name, keys, value) => {
      const at = [...entryAt(agent, name), ...keys];
      const edit: DocumentEdit = value === undefined ? { op: "delete", at } : { op: "set", at, value };
      const editor = await loadEditor(formatOf(agent));
      const text = readFileSync(pathOf(agent), "utf8");
      writeFileSync(pathOf(agent), editor.edit({ text, edits: [edit], made: {}, file: pathOf(agent) }).text);
    },
    picture: () => takePicture(home, { times: true }).join("\n"),
  };
}

/** An entry as the client itself would write it. */
export function spelled(agent: Agent, name: string, command: string): JsonObject {
  return mcpOf(agent).spell({ id: name, transport: "stdio", command, args: ["--by", "hand"], env: {} }, "user");
}

/** The key of the program's arguments, and what it is after a hand edit. */
export function argumentsOf(agent: Agent, words: readonly string[]): readonly [string, Json] {
  return agent === "opencode" ? ["command", ["node", ...words]] : ["args", words];
}

function entryAt(agent: Agent, name: string): Pointer {
  const { root, item } = mcpOf(agent);
  return [...root, item === undefined ? name : { by: item.by, is: name }];
}

function formatOf(agent: Agent): "json" | "jsonc" | "toml" | "yaml" {
  return mcpOf(agent).format;
}

function mcpOf(agent: Agent) {
  const mcp = clients.find(({ id }) => id === agent)?.mcp;
  if (mcp === undefined) throw new Error(`${agent} has no MCP servers`);
  return mcp;
}
