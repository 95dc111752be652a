import { AtkError } from "../core/errors.ts";
import { isObject, type JsonObject } from "../core/json.ts";

export interface Package {
  readonly name: string;
  /** Exact. */
  readonly version: string;
  /** The text of its package.json. */
  readonly packageJson: string;
}

/**
 * The plugin.yaml for a package that brings none: one stdio server, started by npx at the exact version.
 * The text is covered by the lock's digest, so for the same package it must stay the same in every later atk.
 * @throws AtkError E_PLUGIN_INVALID when it is not clear which program of the package is the server.
 */
export function synthesisePlugin({ name, version, packageJson }: Package): string {
  const data = parse(packageJson);
  checkBin(name, version, data);
  const description =
    typeof data["description"] === "string" && data["description"] !== "" ? data["description"] : `npm package ${name}`;
  return [
    'schema_version: "2026-11-21"',
    `name: ${JSON.stringify(displayName(name))}`,
    `description: ${JSON.stringify(oneLine(description))}`,
    `version: ${JSON.stringify(version)}`,
    "maturity: community",
    "mcp:",
    "  transport: stdio",
    "  command: npx",
    `  args: ["-y", ${JSON.stringify(`${name}@${version}`)}]`,
    "",
  ].join("\n");
}

/** npx runs a package's only program, or the one that is called like the package. (npm help exec) */
function checkBin(name: string, version: string, data: JsonObject): void {
  const { bin } = data;
  if (typeof bin === "string") return;
  const programs = isObject(bin) ? bin : {};
  const names = Object.keys(programs).sort();
  if (new Set(Object.values(programs)).size === 1 || names.includes(lastSegment(name))) return;
  const found = names.length === 0 ? "it has no programs" : `its programs are ${names.join(", ")}`;
  throw new AtkError(
    "E_PLUGIN_INVALID",
    `npm package ${name}@${version} has no plugin.yaml, and which program is the MCP server is not clear: ${found}`,
    {
      hint: "write a plugin.yaml that names the command, and add that file",
    },
  );
}

function lastSegment(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

/** `@playwright/mcp` is "playwright-mcp": a last segment that says nothing needs its scope. */
function displayName(name: string): string {
  const last = lastSegment(name);
  const scope = /^@([^/]+)\//.exec(name)?.[1];
  return scope !== undefined && /^(mcp|server|cli|mcp-server)$/.test(last) ? `${scope}-${last}` : last;
}

function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim()
    .slice(0, 500);
}

function parse(text: string): JsonObject {
  try {
    const data: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    return isObject(data) ? data : {};
  } catch {
    return {};
  }
}
