import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Source } from "../manifest/manifest.ts";
import { parseArchive } from "./archive-address.ts";
import { isGitAddress, parseGitAddress } from "./git-spec.ts";
import { parseImage } from "./image-reference.ts";
import { checkPackageSpec } from "./npm-package.ts";

/** What somebody typed after `atk add`. */
export interface ParsedSpec {
  /** Known beforehand only for the registry; else the plugin itself says its name. */
  readonly name?: string;
  /** A local path is as typed (relative to the working directory), `~/` expanded. */
  readonly source: Source;
}

export interface SpecContext {
  /** Whether a path (as typed, relative to the working directory) is there. */
  readonly exists: (path: string) => Promise<boolean>;
  readonly homeDirectory: string;
  /** Whether the registry has a plugin of that name; absent: every name is taken for one. */
  readonly inRegistry?: (name: string) => Promise<boolean>;
  /** Names of the manifest's own registries, for `registry/plugin`. */
  readonly registries?: readonly string[];
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * The source that a text means:
 * - `name`, `name@version`, and `registry/name` for a registry of the manifest;
 * - `npm:package[@range]`, `oci:image`, `mcp:server[@version]`;
 * - a path, or one that ends in server.json;
 * - an archive's address with `//folder` and `#sha256=...`;
 * - a git address, or `owner/repo` of GitHub, with `//folder` and `#ref`.
 * A plain word is a name of the registry, also where a folder of that name lies in the working directory.
 * @throws AtkError E_USAGE, E_PLUGIN_NOT_FOUND (with what was probably meant), E_SOURCE.
 */
export async function parseSpec(text: string, context: SpecContext): Promise<ParsedSpec> {
  const spec = text.trim();
  if (spec === "")
    throw new AtkError("E_PLUGIN_INVALID", "no plugin is named: the text is empty", {
      hint: "atk search (lists what there is)",
    });
  const plain = parsePlain(spec, context);
  if (plain !== undefined) return { source: plain };
  const [name = "", version] = spec.split("@", 2);
  if (NAME.test(name)) return parseName(name, version, context);
  const [registry = "", plugin = ""] = name.split("/");
  if (context.registries?.includes(registry) && NAME.test(plugin) && name === `${registry}/${plugin}`)
    return ofRegistry(plugin, version, registry);
  if (await context.exists(spec)) return { source: localSource(spec) };
  const [repository = ""] = spec.split(/#|\/\//, 1);
  if (GITHUB.test(repository)) return { source: parseGitAddress(`https://github.com/${spec}`) };
  throw unclear(spec);
}

/** `owner/repo` by GitHub's rules for both. */
const GITHUB = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?\/[A-Za-z0-9._-]+$/;

/** What is known by its looks alone. */
function parsePlain(spec: string, { homeDirectory }: SpecContext): Source | undefined {
  if (isPath(spec)) return localSource(expandHome(spec, homeDirectory));
  if (spec.startsWith("npm:")) return parseNpm(spec.slice("npm:".length));
  if (spec.startsWith("oci:")) return parseImage(spec.slice("oci:".length));
  const server = /^mcp(?:-registry)?:(.*)$/s.exec(spec)?.[1];
  if (server !== undefined) return parseServer(server);
  if (/^https?:\/\/[^?#]*\/server\.json$/i.test(spec)) return { type: "mcp-registry", server: spec };
  return parseArchive(spec) ?? (isGitAddress(spec) ? parseGitAddress(spec) : undefined);
}

function localSource(path: string): Source {
  return /(^|[/\\])server\.json$/.test(path) ? { type: "mcp-registry", server: path } : { type: "local", path };
}

/** Names there are like `io.github.acme/server`. (MCP registry, server.schema.json) */
function parseServer(text: string): Source {
  const [server = "", version] = text.split("@", 2);
  if (!/^[A-Za-z0-9.-]+\/[A-Za-z0-9._-]+$/.test(server) || server.startsWith("-")) {
    throw new AtkError("E_USAGE", `${JSON.stringify(server)} is not the name of a server in the MCP registry`, {
      hint: "atk add mcp:io.github.OWNER/SERVER",
    });
  }
  if (version === "") throw new AtkError("E_USAGE", `${server}@ names no version`, { hint: `atk add mcp:${server}` });
  return { type: "mcp-registry", server, ...(version === undefined ? {} : { version }) };
}

/** `./x ../x ~/x /x`, and the same on Windows. */
function isPath(spec: string): boolean {
  return /^(\.{1,2}|~)?[/\\]|^(\.{1,2}|~)$|^[A-Za-z]:[/\\]/.test(spec);
}

function expandHome(path: string, homeDirectory: string): string {
  return /^~([/\\]|$)/.test(path) ? join(homeDirectory, path.slice(1)) : path;
}

function parseNpm(text: string): Source {
  const at = text.indexOf("@", 1);
  const name = at === -1 ? text : text.slice(0, at);
  const range = at === -1 ? undefined : text.slice(at + 1);
  checkPackageSpec(name, range ?? "latest");
  return { type: "npm", package: name, ...(range === undefined ? {} : { version: range }) };
}

async function parseName(name: string, version: string | undefined, context: SpecContext): Promise<ParsedSpec> {
  const known = context.inRegistry === undefined || (await context.inRegistry(name));
  if (!known && version === undefined && (await context.exists(name))) {
    throw new AtkError("E_PLUGIN_NOT_FOUND", `the registry has no plugin ${name}; a path of that name is here`, {
      hint: `did you mean ./${name}?`,
    });
  }
  return ofRegistry(name, version);
}

function ofRegistry(name: string, version: string | undefined, registry?: string): ParsedSpec {
  if (version === "") throw new AtkError("E_USAGE", `${name}@ names no version`, { hint: `atk add ${name}` });
  const source: Source = {
    type: "registry",
    ...(version === undefined ? {} : { version }),
    ...(registry === undefined ? {} : { registry }),
  };
  return { name, source };
}

function unclear(spec: string): AtkError {
  const message = `cannot tell what ${JSON.stringify(spec)} is: no such path, and no name, address or npm: package`;
  if (/^@[^/]+\/[^/]+$/.test(spec))
    return new AtkError("E_PLUGIN_NOT_FOUND", message, { hint: `did you mean npm:${spec}?` });
  return new AtkError("E_PLUGIN_NOT_FOUND", message, { hint: "atk search (lists what there is)" });
}
