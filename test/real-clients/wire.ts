import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { clients } from "../../src/clients/index.generated.ts";
import { projectFile, userFile } from "../../src/clients/locate.ts";
import type { Client, McpSupport } from "../../src/clients/client.ts";
import type { ReadHost } from "../../src/core/host.ts";
import type { Scope, Server } from "../../src/core/server.ts";
import type { DocumentEdit } from "../../src/formats/document.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import { loadEditor } from "../../src/primitives/load-format.ts";
import type { Scratch } from "./scratch.ts";

const MAIN = join(import.meta.dirname, "..", "..", "dist", "main.js");

/** true: wire through the built command line, as a user does; false: with the records and formats alone. */
const THROUGH_CLI = process.env["ATK_WIRE"] !== "records" && existsSync(MAIN);

/** Tells one client about servers, in the files of the scratch home or of its project. */
export async function wire(
  scratch: Scratch,
  id: string,
  servers: readonly Server[],
  scope: Scope = "user",
): Promise<void> {
  return THROUGH_CLI ? wireThroughCli(scratch, id, servers, scope) : wireWithRecord(scratch, id, servers, scope);
}

/** The same with the client's record and the editor of its format alone. */
export async function wireWithRecord(
  scratch: Scratch,
  id: string,
  servers: readonly Server[],
  scope: Scope = "user",
): Promise<void> {
  const { mcp } = recordOf(id);
  const file = await fileOf(mcp, scratch, scope);
  const { edit } = await loadEditor(mcp.format);
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    edit({ text, edits: servers.map((server) => setServer(mcp, server, scope)), made: {}, file }).text,
  );
}

function setServer(mcp: McpSupport, server: Server, scope: Scope): DocumentEdit {
  const faults = mcp.check?.(server, scope) ?? [];
  if (faults.length > 0) throw new Error(faults.join("; "));
  const key = mcp.item === undefined ? server.id : { by: mcp.item.by, is: server.id };
  return { op: "set", at: [...mcp.root, key], value: mcp.spell(server, scope) };
}

export function recordOf(id: string): Client & { readonly mcp: McpSupport } {
  const client = clients.find((each) => each.id === id);
  if (client?.mcp === undefined) throw new Error(`${id} has no MCP servers`);
  return { ...client, mcp: client.mcp };
}

/** The real file system, seen from the scratch home. */
export function hostAt({ home, project }: Scratch): ReadHost {
  const { files, machine } = createNodeHost();
  return { files, machine: { ...machine, homeDirectory: home, workingDirectory: project, env: {} } };
}

function fileOf(mcp: McpSupport, scratch: Scratch, scope: Scope): Promise<string> {
  const host = hostAt(scratch);
  if (scope === "user" && mcp.user !== undefined) return userFile(mcp.user, host);
  if (scope === "project" && mcp.project !== undefined) return projectFile(mcp.project, host, scratch.project);
  throw new Error(`no file for servers in ${scope} scope`);
}

function wireThroughCli({ home, project }: Scratch, id: string, servers: readonly Server[], scope: Scope): void {
  const directory = scope === "user" ? join(home, ".atk") : project;
  const env = { HOME: home, USERPROFILE: home, PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null" };
  const atk = (args: readonly string[]): void =>
    void execFileSync(process.execPath, [MAIN, ...args], { cwd: project, env, stdio: "pipe" });
  if (scope === "user" && !existsSync(join(directory, "atk.yaml"))) atk(["init", directory]);
  writeFileSync(join(directory, "atk.yaml"), JSON.stringify(manifestOf(id, servers), null, 2));
  atk(["apply", "--yes", ...(scope === "user" ? ["-g"] : [])]);
}

/** JSON is YAML, too. */
function manifestOf(id: string, servers: readonly Server[]): object {
  const declared = servers.map(({ id: name, transport, ...server }) => {
    return [name, transport === "stdio" ? server : { transport, ...server }] as const;
  });
  return {
    schema_version: "2026-11-21",
    agents: [id],
    config: { auto_commit: false },
    mcp_servers: Object.fromEntries(declared),
  };
}
