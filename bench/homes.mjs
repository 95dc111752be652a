// Homes and projects of a given size: what is measured, made from nothing.
import { writeFiles } from "./scratch.mjs";

export const AGENTS = ["claude-code", "codex", "cursor", "gemini-cli", "opencode"];

const number = (index) => String(index + 1).padStart(4, "0");

/** `count` stdio servers as plain data: the same set is told to every tool. */
export function makeServers(count) {
  return Array.from({ length: count }, (_, index) => ({
    name: `server-${number(index)}`,
    command: "node",
    args: [`/opt/servers/${number(index)}/main.js`, "--port", String(20000 + index)],
    env: { LOG_LEVEL: "info", SERVER_NUMBER: number(index) },
  }));
}

/** atk.yaml with the servers and no plugin. */
export function serversManifest(servers, agents) {
  const entries = servers.flatMap(({ name, command, args, env }) => [
    `  ${name}:`,
    `    command: ${command}`,
    `    args: ${JSON.stringify(args)}`,
    `    env: ${JSON.stringify(env)}`,
  ]);
  return ['schema_version: "2026-11-21"', `agents: [${agents.join(", ")}]`, "mcp_servers:", ...entries, ""].join("\n");
}

/** Writes `count` local plugins of a few small files each below `folder`/sources, and gives the manifest that names them. */
export function writePlugins(folder, count, agents) {
  const names = Array.from({ length: count }, (_, index) => `plugin-${number(index)}`);
  names.forEach((name, index) => writeFiles(folder, pluginFiles(name, index)));
  const entries = names.flatMap((name) => [
    `  - name: ${name}`,
    `    source: { type: local, path: ./plugins/${name} }`,
  ]);
  return ['schema_version: "2026-11-21"', `agents: [${agents.join(", ")}]`, "plugins:", ...entries, ""].join("\n");
}

function pluginFiles(name, index) {
  return {
    [`plugins/${name}/plugin.yaml`]: pluginYaml(name, index),
    [`plugins/${name}/README.md`]: `# ${name}\n\nA generated plugin.\n`,
    [`plugins/${name}/server.js`]: `// ${name}\nsetInterval(() => {}, 1000);\n`,
    [`plugins/${name}/LICENSE`]: "No rights reserved.\n",
  };
}

function pluginYaml(name, index) {
  return `schema_version: "2026-11-21"
name: ${name}
description: Generated plugin number ${index + 1}
version: "1.${index}.0"
maturity: verified
tags: [generated]
vendor: { name: nobody, url: "https://example.com/${name}" }
env_vars:
  - name: PLUGIN_LEVEL
    default: info
    required: false
mcp:
  transport: stdio
  command: node
  args: ["$ATK_PLUGIN_DIR/server.js", "--number", "${index + 1}"]
  env: [PLUGIN_LEVEL]
`;
}
