import { mkdirSync, readdirSync, readFileSync, writeFileSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { runAtk, type Ended } from "../scenarios/run-atk.ts";
import { createScratchHome } from "../scenarios/scratch-home.ts";
import { startNpmRegistry, type NpmRegistry, type Published } from "./npm-registry.ts";

export interface PinWorld {
  readonly home: string;
  readonly registry: NpmRegistry;
  atk(line: string, env?: Readonly<Record<string, string>>): Promise<Ended>;
  write(name: string, text: string): void;
  read(name: string): string;
  exists(name: string): boolean;
  /** A local plugin whose server is started by these words. */
  plugin(name: string, words: readonly string[], more?: string): void;
  lock(): Record<string, Record<string, Record<string, Record<string, Record<string, string>>>>>;
  list(name: string): readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  end(): void;
}

/** An MCP server without any dependency; its one tool carries the word it is given. */
export function serverText(word: string): string {
  return `#!/usr/bin/env node
const answer = (id, result) => console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === "initialize")
    answer(id, { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "${word}", version: "1" } });
  else if (method === "tools/list")
    answer(id, { tools: [{ name: "${word}", description: process.argv.slice(2).join(" "), inputSchema: { type: "object" } }] });
  else if (id !== undefined) answer(id, {});
});
`;
}

/** @acme/server, with its program and one dependency. */
export function acme(version: string, word: string, more: Partial<Published> = {}): Published {
  return {
    name: "@acme/server",
    version,
    bin: { "acme-server": "bin/server.js" },
    dependencies: { "acme-words": "^1.0.0" },
    files: { "bin/server.js": serverText(word) },
    ...more,
  };
}

/** A scratch home with cursor, and a registry that has @acme/server 1.0.0 and 1.1.0. */
export async function createPinWorld(): Promise<PinWorld> {
  const scratch = createScratchHome();
  const registry = await startNpmRegistry();
  registry.publish({ name: "acme-words", version: "1.0.0", files: { "index.js": "module.exports = 1;\n" } });
  registry.publish(acme("1.0.0", "first"));
  registry.publish(acme("1.1.0", "second"));
  const { home } = scratch;
  const cache = { npm_config_cache: join(home, ".npm-cache"), npm_config_registry: registry.url };
  const env = { ...scratch.env, ...cache, npm_config_fetch_retries: "0" };
  const path = (name: string): string => join(home, name);
  const world: PinWorld = {
    home,
    registry,
    env,
    atk: (line, more = {}) => runAtk(line.split(" "), { home, directory: home, env: { ...env, ...more } }),
    write(name, text) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), text);
    },
    read: (name) => readFileSync(path(name), "utf8"),
    exists: (name) => existsSync(path(name)),
    plugin(name, [command = "", ...args], more = "") {
      const mcp = `mcp:\n  transport: stdio\n  command: ${command}\n  args: ${JSON.stringify(args)}\n`;
      const head = `schema_version: "2026-01-23"\nname: ${name}\ndescription: a test\nmaturity: verified\n`;
      this.write(`src/${name}/plugin.yaml`, head + more + mcp);
    },
    lock: () => JSON.parse(readFileSync(path(".atk/atk.lock"), "utf8")) as ReturnType<PinWorld["lock"]>,
    list: (name) => (existsSync(path(name)) ? readdirSync(path(name)).sort() : []),
    end() {
      registry.close();
      scratch.remove();
    },
  };
  const { code, stderr } = await world.atk("init --agent cursor");
  if (code !== 0) throw new Error(stderr);
  return world;
}
